using System.Diagnostics;

namespace Chatbox.Tests.Harness;

/// <summary>The program as it is, run to its end.</summary>
internal static class StartupProcess
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>What a run has left.</summary>
    internal sealed record Result(int ExitCode, string Output, string Errors);

    /// <summary>Runs it with these settings alone, in a folder of their own.</summary>
    /// <exception cref="OperationCanceledException">It had not ended after a minute, and has been killed.</exception>
    public static async Task<Result> Run(string folder, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        using var process = Start(folder, settings, arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return new Result(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts it and leaves it running.</summary>
    public static Process Start(string folder, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Chatbox.Node.NodeHost).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        return Process.Start(start)!;
    }
}
