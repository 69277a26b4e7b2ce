namespace Chatbox.Node.Logging;

/// <summary>
/// Writes the stack trace of the same failure once a minute, and otherwise only its message: on a full disk, or without a database, the same
/// failure comes every second.
/// </summary>
internal sealed class RecentTraces(TimeProvider clock)
{
    /// <summary>Failures that are remembered per minute. Further ones are written in full.</summary>
    private const int Most = 100;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly HashSet<(string Category, Type Type, string Message)> _written = [];
    private long _windowBegan = clock.GetTimestamp();

    /// <summary>The text of an exception, with its stack trace if it was not written a moment ago.</summary>
    public string TextOf(string category, Exception exception)
    {
        lock (_gate)
        {
            if (clock.GetElapsedTime(_windowBegan) >= Window)
            {
                _windowBegan = clock.GetTimestamp();
                _written.Clear();
            }

            return _written.Count >= Most || _written.Add((category, exception.GetType(), exception.Message))
                ? exception.ToString()
                : $"{exception.GetType().FullName}: {exception.Message} (stack trace in an earlier line)";
        }
    }

    /// <summary>A message without the stack trace that Akka adds to it, because the exception is written beside it.</summary>
    public static string WithoutTrace(string message, Exception? exception) =>
        exception is null ? message : message.Replace(exception.ToString(), exception.Message, StringComparison.Ordinal);
}
