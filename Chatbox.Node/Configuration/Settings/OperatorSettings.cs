using System.Net;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Operators;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of the port for operators.</summary>
internal static class OperatorSettings
{
    public static readonly SettingSection Section = new("Operators", "OPERATOR_", "operator");

    public static readonly Setting<int> Port = Section.Add(
        "OPERATOR_PORT",
        Values.Number(0, 65535),
        9110,
        "Port for pbm, the command line for operators; 0 selects a free port."
    );

    public static readonly Setting<IPAddress?> Host = Section.Add(
        "OPERATOR_HOST",
        Values.ListenAddress,
        IPAddress.Loopback,
        "Address on which the node listens for pbm. Addresses other than loopback need OPERATOR_TOKEN or OPERATOR_ACCOUNTS."
    );

    public static readonly Setting<string> Token = Section.Add(
        "OPERATOR_TOKEN",
        Values.Credential,
        "",
        "Token that pbm must present, at least 16 characters. Without it and OPERATOR_ACCOUNTS, every user of this machine can control the node."
    );

    public static readonly Setting<IReadOnlyList<OperatorAccount>> Accounts = Section.Add(
        "OPERATOR_ACCOUNTS",
        OperatorValues.Accounts,
        [],
        "Operators with a token of their own, under whose names the audit trail records what they do. The hash is the SHA-256 of the token in hexadecimal digits."
    );
}
