using System.Net;

namespace Chatbox.Node.Operators;

/// <summary>Address and token of the port for <c>pbm</c>.</summary>
/// <param name="Host"><c>OPERATOR_HOST</c>.</param>
/// <param name="Port"><c>OPERATOR_PORT</c>; 0 selects a free port.</param>
/// <param name="Token"><c>OPERATOR_TOKEN</c>; empty if no token is required.</param>
public sealed record OperatorOptions(IPAddress Host, int Port, string Token)
{
    // The generated text of a record would put the token into logs.
    public override string ToString() => $"operators at {Host}:{Port}";
}
