namespace Chatbox.Node.Start;

/// <summary>The settings with which the web servers of a node are built.</summary>
internal static class HostSettings
{
    // A node has its own configuration. The host would watch the whole working directory for changes of files that a node does not have.
    private static readonly string[] Arguments = ["--hostBuilder:reloadConfigOnChange=false"];

    public static WebApplicationOptions For(string environment) => new() { EnvironmentName = environment, Args = Arguments };
}
