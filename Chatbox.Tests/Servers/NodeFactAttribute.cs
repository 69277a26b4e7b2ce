using System.Diagnostics;

namespace Chatbox.Tests.Servers;

/// <summary>A test that runs an npm package of <c>Servers/npm</c>; skipped, with the reason, where Node or the packages are missing.</summary>
public sealed class NodeFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(FindMissing);

    public NodeFactAttribute() => Skip = Missing.Value;

    /// <summary>The folder of the packages, or null outside a working copy.</summary>
    internal static string? Folder { get; } = FindFolder();

    private static string? FindMissing()
    {
        if (Folder is null)
            return "Needs the folder Chatbox.Tests/Servers/npm of a working copy.";
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            return "Needs the npm packages: run npm ci in Chatbox.Tests/Servers/npm.";
        return HasNode() ? null : "Needs Node 20 or later on the path.";
    }

    private static bool HasNode()
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true });
            return node is not null && node.WaitForExit(TimeSpan.FromSeconds(10)) && node.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string? FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Chatbox.sln")))
                return Path.Combine(folder.FullName, "Chatbox.Tests", "Servers", "npm");
        }

        return null;
    }
}
