using System.Net;
using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Where the node takes orders from <c>pbm</c>.</summary>
internal static class OperatorSettings
{
    public static readonly SettingSection Section = new("Operators", "OPERATOR_", "operator");

    public static readonly Setting<int> Port = Section.Add(
        "OPERATOR_PORT",
        Values.Number(0, 65535),
        9110,
        "Port for pbm, the operators' command line; 0 takes a free one."
    );

    public static readonly Setting<IPAddress?> Host = Section.Add(
        "OPERATOR_HOST",
        Values.ListenAddress,
        IPAddress.Loopback,
        "Address to listen on for pbm. Any but a loopback address needs OPERATOR_TOKEN."
    );

    public static readonly Setting<string> Token = Section.Add(
        "OPERATOR_TOKEN",
        Values.Credential,
        "",
        "What pbm has to show, at least 16 characters; without it whoever is on this machine may give orders."
    );
}
