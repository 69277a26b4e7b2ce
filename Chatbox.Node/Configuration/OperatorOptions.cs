using System.Net;
using Chatbox.Node.Configuration.Settings;

namespace Chatbox.Node.Configuration;

/// <summary>Where <c>pbm</c> reaches the node, and what it has to show.</summary>
/// <param name="Host"><c>OPERATOR_HOST</c>.</param>
/// <param name="Port"><c>OPERATOR_PORT</c>; 0 takes a free one.</param>
/// <param name="Token"><c>OPERATOR_TOKEN</c>; empty for nothing.</param>
public sealed record OperatorOptions(IPAddress Host, int Port, string Token)
{
    private const int LeastToken = 16;

    internal static OperatorOptions Read(SettingReader reader)
    {
        var options = new OperatorOptions(
            reader.Get(OperatorSettings.Host) ?? IPAddress.Loopback,
            reader.Get(OperatorSettings.Port),
            reader.Get(OperatorSettings.Token)
        );
        if (options.Token.Length == 0 && !IPAddress.IsLoopback(options.Host))
            reader.Refuse(
                OperatorSettings.Token.Key,
                $"is missing: {OperatorSettings.Host.Key} lets other machines reach the operators' port"
            );
        if (options.Token.Length is > 0 and < LeastToken)
            reader.Refuse(OperatorSettings.Token.Key, $"has fewer than {LeastToken} characters; make one with: openssl rand -hex 24");
        return options;
    }

    // A record prints its members; the token must not reach a log that way.
    public override string ToString() => $"operators at {Host}:{Port}";
}
