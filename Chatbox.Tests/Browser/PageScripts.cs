using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Chatbox.Tests.Browser;

/// <summary>The folder <c>web</c>, which holds the types and the unit tests of the page's scripts, and the Node.js that runs them.</summary>
internal static partial class PageScripts
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);
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
    /// <exception cref="TimeoutException">It has not ended within four minutes, and was killed.</exception>
    public static Task<(int ExitCode, string Output, string Errors)> Run(params string[] arguments) => Run(arguments, []);

    private static async Task<(int ExitCode, string Output, string Errors)> Run(
        string[] arguments,
        (string Name, string Value)[] environment
    )
    {
        var start = new ProcessStartInfo(Requirements.Node ?? "node", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A test runner inside a test runner would report to the outer one.
        start.Environment.Remove("NODE_TEST_CONTEXT");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
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

    /// <summary>Runs the tests of a configuration of vitest, and returns the failure of each by its file and name; null if it passes.</summary>
    public static async Task<IReadOnlyDictionary<string, string?>> Test(
        string configuration,
        params (string Name, string Value)[] environment
    )
    {
        string[] command = ["node_modules/vitest/vitest.mjs", "run", "--config", configuration, "--reporter=junit"];
        var (exitCode, report, errors) = await Run(command, environment);
        var results = XDocument
            .Parse(report)
            .Descendants("testcase")
            .ToDictionary(
                test => $"{(string)test.Attribute("classname")!}: {(string)test.Attribute("name")!}",
                test => (test.Element("failure") ?? test.Element("error"))?.Value
            );
        Assert.True(results.Count > 0, $"No script test ran: {errors}");
        Assert.True((exitCode == 0) == results.Values.All(failure => failure is null), $"vitest ended with {exitCode}: {errors}");
        return results;
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

/// <summary>A theory over the scripts' tests or types; skipped with the reason where <see cref="PageScripts.MissingTypeScript"/> names one.</summary>
internal sealed class TheoryRequiresTypeScriptAttribute : TheoryAttribute
{
    public TheoryRequiresTypeScriptAttribute() => Skip = PageScripts.MissingTypeScript;
}
