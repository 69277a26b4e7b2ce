using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Chatbox.Tests.Browser;

/// <summary>The folder <c>web</c>, which holds the types and the unit tests of the page's scripts, and the Node.js that runs them.</summary>
internal static partial class PageScripts
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly Version OldestNode = new(20, 19);
    private static readonly Lazy<string?> NodeIsMissing = new(FindMissingNode);

    /// <summary>The folder itself.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "web");

    /// <summary>Why no script can run, or null.</summary>
    public static string? MissingNode => NodeIsMissing.Value;

    /// <summary>Why the types cannot be checked, or null.</summary>
    public static string? MissingTypeScript =>
        MissingNode
        ?? (
            Directory.Exists(Path.Combine(Folder, "node_modules", "typescript"))
                ? null
                : "TypeScript is not installed: build Chatbox.Node again, or npm ci in web"
        );

    /// <summary>Runs Node.js in <see cref="Folder"/> and returns its exit code and its output.</summary>
    /// <exception cref="TimeoutException">It has not ended within two minutes, and was killed.</exception>
    public static async Task<(int ExitCode, string Output, string Errors)> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Requirements.Node ?? "node", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A test runner inside a test runner would report to the outer one.
        start.Environment.Remove("NODE_TEST_CONTEXT");
        using var process = Process.Start(start) ?? throw new InvalidOperationException("Node.js did not start.");
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"node {string.Join(' ', arguments)} has not ended within {Deadline}.");
        }
    }

    private static string? FindMissingNode()
    {
        const string install = "install Node.js 20.19 or later with npm, then build again";
        if (Requirements.Node is null)
            return $"Node.js is not installed: {install}";
        using var process = Process.Start(new ProcessStartInfo(Requirements.Node, "--version") { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        var version = VersionNumber().Match(output);
        return version.Success && Version.Parse(version.Value) >= OldestNode ? null : $"Node.js {output.Trim()} is too old: {install}";
    }

    [GeneratedRegex(@"\d+\.\d+")]
    private static partial Regex VersionNumber();
}

/// <summary>A fact about the built pages; skipped with the reason where <see cref="PageScripts.MissingNode"/> names one.</summary>
internal sealed class FactRequiresScriptRunnerAttribute : FactAttribute
{
    public FactRequiresScriptRunnerAttribute() => Skip = PageScripts.MissingNode;
}

/// <summary>A theory over the script tests; skipped with the reason where <see cref="PageScripts.MissingNode"/> names one.</summary>
internal sealed class TheoryRequiresScriptRunnerAttribute : TheoryAttribute
{
    public TheoryRequiresScriptRunnerAttribute() => Skip = PageScripts.MissingNode;
}

/// <summary>A theory about the scripts' types; skipped with the reason where <see cref="PageScripts.MissingTypeScript"/> names one.</summary>
internal sealed class TheoryRequiresTypeScriptAttribute : TheoryAttribute
{
    public TheoryRequiresTypeScriptAttribute() => Skip = PageScripts.MissingTypeScript;
}
