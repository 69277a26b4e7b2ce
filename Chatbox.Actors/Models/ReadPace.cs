using System.Threading.Tasks.Sources;

namespace Chatbox.Actors.Models;

/// <summary>
/// The pace at which a provider's response is read. From its first text on, an answer sends one piece per turn (<see cref="PiecePacer"/>), so
/// reading in between would wake a thread for each token and show nothing earlier: what arrives between two turns waits in the connection. The
/// caller passes the object to the client in the call's options under <see cref="ModelCall.Pace"/>. For one reader; turns may come from any thread.
/// </summary>
public sealed class ReadPace : IValueTaskSource
{
    private readonly Lock _gate = new();

    // The reader continues on the thread of the turn, which thereby serves many answers without waking another one.
    private ManualResetValueTaskSourceCore<bool> _turn;
    private bool _isPaced;
    private bool _waits;

    /// <summary>
    /// Completes with the next turn; at once before the first text and after the end. A turn that came while the reader was busy does not count,
    /// because the reader has just looked.
    /// </summary>
    public ValueTask NextTurn()
    {
        lock (_gate)
        {
            if (!_isPaced)
                return ValueTask.CompletedTask;
            _turn.Reset();
            _waits = true;
            return new ValueTask(this, _turn.Version);
        }
    }

    void IValueTaskSource.GetResult(short token) => _turn.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _turn.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _turn.OnCompleted(continuation, state, token, flags);

    /// <summary>The first text has come.</summary>
    internal void Begin()
    {
        lock (_gate)
            _isPaced = true;
    }

    /// <summary>The answer has its turn: a reader that waits goes on, on this thread, as far as it gets without waiting.</summary>
    internal void Turn()
    {
        lock (_gate)
        {
            if (!_waits)
                return;
            _waits = false;
        }

        _turn.SetResult(true);
    }

    /// <summary>No turns follow: a reader that waits goes on.</summary>
    internal void End()
    {
        lock (_gate)
            _isPaced = false;
        Turn();
    }
}
