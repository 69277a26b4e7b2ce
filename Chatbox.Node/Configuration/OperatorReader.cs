using System.Net;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Operators;

namespace Chatbox.Node.Configuration;

/// <summary>Reads the address and the token of the port for operators.</summary>
internal static class OperatorReader
{
    /// <summary>Shortest token, in characters.</summary>
    private const int MinToken = 16;

    public static OperatorOptions Read(SettingReader reader)
    {
        var options = new OperatorOptions(
            reader.Get(OperatorSettings.Host) ?? IPAddress.Loopback,
            reader.Get(OperatorSettings.Port),
            reader.Get(OperatorSettings.Token)
        )
        {
            Accounts = reader.Get(OperatorSettings.Accounts),
        };
        if (!options.NeedsToken && !IPAddress.IsLoopback(options.Host))
            reader.Refuse(
                OperatorSettings.Token.Key,
                $"is missing: {OperatorSettings.Host.Key} opens the port for operators to other machines"
            );
        if (options.Token.Length is > 0 and < MinToken)
            reader.Refuse(OperatorSettings.Token.Key, $"has fewer than {MinToken} characters; generate one with: openssl rand -hex 24");
        return options;
    }
}
