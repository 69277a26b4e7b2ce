using System.Diagnostics;
using Chatbox.Tests.Cluster;

namespace Chatbox.Tests.Contract.Startup;

/// <summary>SIGTERM before the node is ready. A supervisor must be able to stop the process in an orderly way at any moment.</summary>
public sealed class StopDuringStartTests : IDisposable
{
    /// <summary>The exit code that a shell reports when SIGTERM ended the process before it could handle the signal.</summary>
    private const int Terminated = 143;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-stop-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Node_that_is_told_to_stop_while_it_starts_ends_in_order()
    {
        // A complete start shows how long a start takes on this machine.
        var clock = Stopwatch.StartNew();
        await using (await NodeProcess.Start())
            clock.Stop();

        var moments = Chaos.Size(3, 20);
        for (var n = 1; n <= moments; n++)
        {
            var (exit, errors) = await StartAndStopAfter(clock.Elapsed * n / moments, Path.Combine(_folder, $"{n}"));
            Assert.True(exit is 0 or Terminated, $"Stopped at {n}/{moments} of its start, the node ended with {exit}:\n{errors}");
            Assert.DoesNotContain("Unhandled", errors);
        }
    }

    private static async Task<(int Exit, string Errors)> StartAndStopAfter(TimeSpan time, string folder)
    {
        Directory.CreateDirectory(folder);
        using var process = StartupProcess.Start(folder, TestNode.Settings(folder, Ports.Free()));
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            // Not a wait for an event: the test varies the moment of the signal.
            await Task.Delay(time);
            using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
                await kill.WaitForExitAsync();
            await process.WaitForExitAsync().WaitAsync(Deadline);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        await output;
        return (process.ExitCode, await errors);
    }
}
