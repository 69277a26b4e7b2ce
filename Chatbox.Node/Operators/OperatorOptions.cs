using System.Net;

namespace Chatbox.Node.Operators;

/// <summary>Where <c>pbm</c> reaches the node, and what it has to show.</summary>
/// <param name="Host"><c>OPERATOR_HOST</c>.</param>
/// <param name="Port"><c>OPERATOR_PORT</c>; 0 takes a free one.</param>
/// <param name="Token"><c>OPERATOR_TOKEN</c>; empty for nothing.</param>
public sealed record OperatorOptions(IPAddress Host, int Port, string Token)
{
    // A record prints its members; the token must not reach a log that way.
    public override string ToString() => $"operators at {Host}:{Port}";
}
