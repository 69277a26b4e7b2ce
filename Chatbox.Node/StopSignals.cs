using System.Runtime.InteropServices;

namespace Chatbox.Node;

/// <summary>
/// Handles stop signals from the first moment of the process. A signal during the start stops the process in order, which the default of the
/// runtime does not, and a watchdog ends a process that hangs while it stops.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>Exit code if stopping takes longer than its deadline.</summary>
    public const int OverdueExitCode = 3;

    /// <summary>Additional time after <c>SHUTDOWN_TIMEOUT</c>, within which every part should have stopped.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() =>
        _registrations = [
            .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(signal =>
                PosixSignalRegistration.Create(
                    signal,
                    context =>
                    {
                        context.Cancel = true;
                        _asked.Cancel();
                    }
                )
            ),
        ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Asked => _asked.Token;

    /// <summary>Ends the process, with a line on standard error, if it still runs this long after the stop began.</summary>
    public static void EndAtTheLatest(IHostApplicationLifetime lifetime, TimeSpan shutdownTimeout) =>
        lifetime.ApplicationStopping.Register(() =>
        {
            // A separate thread, because all threads of the pool may hang.
            var watchdog = new Thread(() =>
            {
                using var never = new ManualResetEventSlim();
                never.Wait(shutdownTimeout + Grace);
                Console.Error.WriteLine($"The node did not stop within SHUTDOWN_TIMEOUT ({shutdownTimeout}). The process ends now.");
                Environment.Exit(OverdueExitCode);
            })
            {
                IsBackground = true,
                Name = "shutdown deadline",
            };
            watchdog.Start();
        });

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _asked.Dispose();
    }
}
