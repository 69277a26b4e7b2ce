using Chatbox.Messages;

namespace Chatbox.Actors.Models;

/// <summary>
/// The state of a model's circuit breaker. It opens after a number of failed tries in a row. Failures of one user count only up to a third
/// of the threshold, so that at least <see cref="LeastUsers"/> users must be affected: a user whose message makes the provider fail must not
/// take the model from everybody. After a while, one request probes the model; a user whose probe failed cannot keep the breaker open for
/// the others.
/// </summary>
/// <param name="failures">Failed tries in a row that open the breaker (<c>LLM_BREAKER_FAILURES</c>).</param>
internal sealed class ModelBreaker(int failures)
{
    /// <summary>Users whose failures are needed to open the breaker; fewer if fewer failures are configured.</summary>
    public const int LeastUsers = 3;

    /// <summary>Greatest number of users whose failed probes are remembered.</summary>
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

    /// <summary>Whether the breaker refuses requests, apart from a probe.</summary>
    public bool IsOpen => _state != State.Closed;

    /// <summary>Whether the breaker is half-open. Only probes count then, because other requests began before it opened.</summary>
    public bool IsProbed => _state == State.HalfOpen;

    /// <summary>Number of users whose requests failed before the breaker opened last.</summary>
    public int AffectedUsers { get; private set; }

    /// <summary>Whether a request of this user may be sent to the model now.</summary>
    public bool MayAsk(UserId user) =>
        _state switch
        {
            State.Closed => true,
            State.Open => false,
            _ => _doubtful.Contains(user) ? _doubtfulProbe is null : _probe is null,
        };

    /// <summary>Registers a request that <see cref="MayAsk"/> allowed while the breaker is half-open.</summary>
    public void Probe(UserId user)
    {
        if (_doubtful.Contains(user))
            _doubtfulProbe = user;
        else
            _probe = user;
    }

    /// <summary>Frees the slot of a probe that ended without a result.</summary>
    public void Release(UserId user)
    {
        if (_probe == user)
            _probe = null;
        else if (_doubtfulProbe == user)
            _doubtfulProbe = null;
    }

    /// <summary>Registers a successful request, which closes the breaker.</summary>
    public void Succeed()
    {
        _failures.Clear();
        if (_state != State.HalfOpen)
            return;
        _state = State.Closed;
        _doubtful.Clear();
        (_probe, _doubtfulProbe) = (null, null);
    }

    /// <summary>Registers a failed request; true if the breaker opens now.</summary>
    public bool Fail(UserId user)
    {
        switch (_state)
        {
            case State.Closed:
                _failures[user] = Math.Min(_failures.GetValueOrDefault(user) + 1, _mostOfOne);
                if (_failures.Values.Sum() < failures)
                    return false;
                AffectedUsers = _failures.Count;
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

    /// <summary>Makes an open breaker half-open.</summary>
    public void LetProbe()
    {
        if (_state == State.Open)
            _state = State.HalfOpen;
    }
}
