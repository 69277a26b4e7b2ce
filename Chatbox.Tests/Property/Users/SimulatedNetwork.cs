using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Property.Users;

/// <summary>
/// A user with sockets and sessions, and the messages between them: delivered in any order, lost, or delivered twice.
/// </summary>
internal sealed class SimulatedNetwork
{
    private readonly List<Action> _onItsWay = [];
    private readonly Dictionary<SessionId, NetworkSession> _sessions = [];
    private readonly NetworkUser _user;

    public SimulatedNetwork() => _user = new NetworkUser(this);

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public List<NetworkSocket> Sockets { get; } = [];

    public IReadOnlyList<NetworkSession> Sessions => [.. _sessions.Values];

    /// <summary>Sends a message from a socket to its user or to a session, or from the user to a socket; the message type says which.</summary>
    public void Send(NetworkSocket socket, object message) =>
        _onItsWay.Add(
            message switch
            {
                IUserCommand command => () => _user.Receive(socket, command),
                IUserReply reply => () => Reply(socket, reply),
                IWithSessionId asked => () => Ask(socket, asked),
                _ => throw new ArgumentOutOfRangeException(nameof(message), message, null),
            }
        );

    /// <summary>Sends a retirement from the user to a session, because of a socket's request.</summary>
    public void Send(RetireSession retirement, IUserCommand because, NetworkSocket of) =>
        _onItsWay.Add(() =>
        {
            var session = SessionOf(retirement.SessionId);
            var answered = session.State.Running is not null;
            var reply = (SessionRetired)session.Receive(retirement)!;
            if (answered && session.State.Running is null)
                AssertMayStop(because, of);
            _onItsWay.Add(() => _user.Receive(reply));
        });

    public void Step(int what, int which)
    {
        switch (what % 16)
        {
            case < 8:
                Deliver(which, keep: false);
                break;
            case 8:
                Deliver(which, keep: true);
                break;
            case 9:
                if (Pick(Sockets, which) is { } silent)
                    silent.Repeat();
                _user.Repeat();
                break;
            case 10:
                Connect(which);
                break;
            case 11 or 12:
                if (Pick(Sockets, which) is { IsReady: true } speaker)
                    speaker.Say(new CommandId($"c{which / 8 % 6}"));
                break;
            case 13:
                _user.StartAnew();
                break;
            case 14:
                Change(which);
                break;
            default:
                Now += TimeSpan.FromMinutes(which % 3 == 0 ? 16 : 1);
                break;
        }

        AssertInvariants();
    }

    private void Deliver(int which, bool keep)
    {
        if (_onItsWay.Count == 0)
            return;
        var index = which % _onItsWay.Count;
        var deliver = _onItsWay[index];
        if (!keep)
            _onItsWay.RemoveAt(index);
        deliver();
    }

    private void Connect(int which)
    {
        if (Sockets.Count >= 5)
            Sockets.RemoveAt(which % 5);
        var named = which % 4 == 0 ? null : Pick(Sessions, which / 4);
        Sockets.Add(new NetworkSocket(this, named?.Id, opens: which % 4 == 1));
    }

    private void Change(int which)
    {
        if (Pick(Sessions, which / 4) is not { } session)
            return;
        switch (which % 4)
        {
            case 0:
                session.EndOnPurpose();
                break;
            case 1:
                session.EndIfIdle();
                break;
            case 2 when which % 3 == 0:
                session.Erase();
                Sockets.ForEach(s => s.Dismiss(session.Id));
                break;
            default:
                session.FinishAnswer();
                break;
        }
    }

    private void Ask(NetworkSocket socket, IWithSessionId message)
    {
        if (SessionOf(message.SessionId).Receive(message) is { } reply)
            _onItsWay.Add(() => Reply(socket, reply));
    }

    private void Reply(NetworkSocket socket, object reply)
    {
        if (Sockets.Contains(socket))
            socket.Receive(reply);
    }

    private NetworkSession SessionOf(SessionId id) =>
        _sessions.TryGetValue(id, out var known) ? known : _sessions[id] = new NetworkSession(id, this);

    /// <summary>Only the user's own act stops an answer: a new command, or the opening of another session.</summary>
    private void AssertMayStop(IUserCommand because, NetworkSocket of)
    {
        switch (because)
        {
            case AdmitCommand command:
                Assert.DoesNotContain(_sessions.Values, s => s.Effects.Contains(command.CommandId));
                break;
            case ActivateSession:
                Assert.True(of.Opens, "A client that only watches has stopped an answer.");
                break;
            default:
                Assert.Fail($"{because} has stopped an answer.");
                break;
        }
    }

    private void AssertInvariants()
    {
        Assert.True(_sessions.Values.Count(s => s.IsOpen) <= 1, "More than one session takes commands.");
        foreach (var effects in _sessions.Values.SelectMany(s => s.Effects).GroupBy(c => c))
            Assert.True(effects.Count() == 1, $"{effects.Key} took effect {effects.Count()} times.");
        var fresh = Sockets.Select(s => s.Bound).OfType<SessionId>().Where(id => !_user.HasActivated(id)).Distinct();
        Assert.True(fresh.Count() <= 1, "Sockets without a session are bound to different ids.");
    }

    private static T? Pick<T>(IReadOnlyList<T> all, int which)
        where T : class => all.Count == 0 ? null : all[which % all.Count];
}
