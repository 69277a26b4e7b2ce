using Chatbox.Messages;

namespace Chatbox.Actors.Models;

/// <summary>
/// Decides when a model is left alone for a while. It counts failed tries since the last one that went well, but of each user only so many
/// that it takes <see cref="LeastUsers"/> of them: whoever has found a message that makes a provider fail must not take the model from
/// everybody. After a while one request probes the model; a user whose probe has failed cannot hold it closed for the others either.
/// </summary>
/// <param name="failures">Failed tries in a row that open it (<c>LLM_BREAKER_FAILURES</c>).</param>
internal sealed class ModelBreaker(int failures)
{
    /// <summary>Users it takes to open it; fewer only where fewer failures are configured.</summary>
    public const int LeastUsers = 3;

    /// <summary>Users whose failed probes are remembered.</summary>
    private const int MaxDoubtful = 1_000;

    private readonly int _mostOfOne = (failures + LeastUsers - 1) / LeastUsers;
    private readonly Dictionary<UserId, int> _failures = [];
    private readonly HashSet<UserId> _doubtful = [];
    private UserId? _probe;
    private UserId? _doubtfulProbe;

    private enum State
    {
        Closed,
        Open,
        HalfOpen,
    }

    private State _state = State.Closed;

    /// <summary>Requests that began before the model was left alone say nothing about it now; only probes do.</summary>
    public bool IsProbed => _state == State.HalfOpen;

    /// <summary>Whether a request of this user may go to the model now.</summary>
    public bool MayAsk(UserId user) =>
        _state switch
        {
            State.Closed => true,
            State.Open => false,
            _ => _doubtful.Contains(user) ? _doubtfulProbe is null : _probe is null,
        };

    /// <summary>A request that <see cref="MayAsk"/> allowed while the model is probed is on its way.</summary>
    public void Probe(UserId user)
    {
        if (_doubtful.Contains(user))
            _doubtfulProbe = user;
        else
            _probe = user;
    }

    /// <summary>A probe has ended without showing anything.</summary>
    public void Release(UserId user)
    {
        if (_probe == user)
            _probe = null;
        else if (_doubtfulProbe == user)
            _doubtfulProbe = null;
    }

    /// <summary>A request went well: the model is.</summary>
    public void Succeed()
    {
        _failures.Clear();
        if (_state != State.HalfOpen)
            return;
        _state = State.Closed;
        _doubtful.Clear();
        (_probe, _doubtfulProbe) = (null, null);
    }

    /// <summary>A request failed; true if the model is to be left alone from now on.</summary>
    public bool Fail(UserId user)
    {
        switch (_state)
        {
            case State.Closed:
                _failures[user] = Math.Min(_failures.GetValueOrDefault(user) + 1, _mostOfOne);
                if (_failures.Values.Sum() < failures)
                    return false;
                break;
            case State.HalfOpen:
                Release(user);
                if (_doubtful.Count >= MaxDoubtful)
                    _doubtful.Clear();
                if (!_doubtful.Add(user))
                    return false;
                break;
            default:
                return false;
        }

        _state = State.Open;
        _failures.Clear();
        (_probe, _doubtfulProbe) = (null, null);
        return true;
    }

    /// <summary>It has been left alone for long enough.</summary>
    public void LetProbe()
    {
        if (_state == State.Open)
            _state = State.HalfOpen;
    }
}
