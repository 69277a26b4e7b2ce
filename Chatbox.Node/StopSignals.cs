using System.Runtime.InteropServices;

namespace Chatbox.Node;

/// <summary>
/// Whether somebody asked the process to stop, from its first moment on. A signal during the start ends the process in order, where the
/// runtime's default would be an abort in the middle of it; and the process does not outlive its deadline, whatever hangs.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>How the process ends when stopping took longer than its deadline.</summary>
    public const int OverdueExitCode = 3;

    /// <summary>Beyond <c>SHUTDOWN_TIMEOUT</c>: every part has its own share of that time and should have ended within it.</summary>
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

    /// <summary>Ends the process if it is still there this long after the stop began, with a line on standard error.</summary>
    public static void EndAtTheLatest(IHostApplicationLifetime lifetime, TimeSpan shutdownTimeout) =>
        lifetime.ApplicationStopping.Register(() =>
        {
            // A thread of its own: what hangs may hold every thread of the pool.
            var watchdog = new Thread(() =>
            {
                using var never = new ManualResetEventSlim();
                never.Wait(shutdownTimeout + Grace);
                Console.Error.WriteLine($"The node did not stop within SHUTDOWN_TIMEOUT ({shutdownTimeout}), and is ended.");
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
