using System.Collections.Immutable;
using Chatbox.Actors.Connections.Phases;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Property.Connections;

/// <summary>What clients, users and sessions may say, picked by a number. Number 0 is always the reply that lets things go on.</summary>
internal static class SimulatedReplies
{
    public static readonly UserId User = new("alice");

    /// <summary>The last one always exists.</summary>
    public static readonly ImmutableArray<SessionId> Sessions = [.. Enumerable.Range(0, 5).Select(n => new SessionId($"{n:x32}"))];

    /// <summary>A session of somebody else.</summary>
    private static readonly SessionId Foreign = new($"{99:x32}");

    /// <summary>A reply to a request over the network.</summary>
    /// <param name="gone">Sessions that no longer exist: nobody names them.</param>
    public static object To(object request, int which, IReadOnlySet<SessionId> gone) =>
        request switch
        {
            OpenSocket when which % 16 == 15 => new SocketRefused(User, 10),
            OpenSocket => new SocketAllowed(User, Other(which, gone), which % 2 == 1),
            GetOwnership query => Ownership(query.SessionId, which),
            ReopenSession reopen => Ownership(reopen.SessionId, which),
            ActivateSession activate => new SessionToUse(User, activate.SessionId, activate.SessionId) { Epoch = which },
            LeaveSession leave when which % 4 == 3 && !gone.Contains(leave.SessionId) => new SessionToUse(
                User,
                leave.SessionId,
                leave.SessionId
            ),
            LeaveSession leave => new SessionToUse(User, leave.SessionId, Other(which, gone)) { Epoch = which },
            AdmitCommand admit => Admitted(admit, which, gone),
            CountCommand count => new CommandCounted(User, count.CommandId, which % 8 == 6 ? TimeSpan.FromSeconds(1) : null),
            IIdentifiedCommand command => Done(command, which),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request, null),
        };

    /// <summary>A frame of the client.</summary>
    public static ClientFrame Frame(int which, CommandId id)
    {
        SessionId? named = (which / 16 % 4) switch
        {
            0 => Foreign,
            1 => Sessions[which / 64],
            _ => null,
        };
        ClientFrame frame = (which % 16) switch
        {
            < 6 => new ClientFrame.UserMessage(id, "?", ImmutableSortedDictionary<string, string>.Empty, DateTimeOffset.UnixEpoch),
            < 8 => new ClientFrame.Stop(id, null),
            8 => new ClientFrame.Regenerate(id),
            9 => new ClientFrame.ModelSelect(id, new ModelId("m")),
            10 => new ClientFrame.UserMessage(id, "", ImmutableSortedDictionary<string, string>.Empty, DateTimeOffset.UnixEpoch)
            {
                Files = new ClientFiles(MessageForm.FileUpload, [new ClientFile("f", "https://files.example.org/f")]),
            },
            11 => new ClientFrame.Ping(id),
            12 => new ClientFrame.TokenRefresh(id, "token"),
            13 => which % 32 == 13 ? new ClientFrame.HelpRequest(id) : new ClientFrame.Feedback(id, null, true, null),
            14 => which % 32 == 14 ? new ClientFrame.Seen(id, which) : new ClientFrame.Note(id, "!"),
            _ => new ClientFrame.TypingIndicator(id, which % 32 == 15),
        };
        return frame with { SessionId = named };
    }

    /// <summary>The frame must end in an <c>ack</c> or an error.</summary>
    public static bool NeedsReply(ClientFrame frame) =>
        frame is not (ClientFrame.Ping or ClientFrame.TokenRefresh or ClientFrame.TypingIndicator or ClientFrame.Seen);

    /// <summary>Something that nobody has asked for.</summary>
    public static object News(int which) =>
        (which % 16) switch
        {
            < 5 => new ConnectionEvent.SessionStopped(),
            < 8 => new ConnectionEvent.AttachmentDue(),
            8 => new SocketLimitReached(User, 10),
            9 => new SessionNamed(User, Sessions[0], "Named"),
            10 => new ConnectionEvent.TypingTimedOut(),
            11 => new ConnectionEvent.TokenExpires("soon"),
            12 => new SocketAllowed(User, Sessions[0], true),
            13 when which > 128 => new ConnectionEvent.TokenEnded(ErrorCode.ExpiredToken, "over", "over"),
            14 when which > 128 => new DrainConnections(),
            15 when which > 128 => new SessionUnreadable(Sessions[0]),
            _ => new ViewerRefused(Foreign),
        };

    private static SessionId Other(int which, IReadOnlySet<SessionId> gone) =>
        Sessions.Where(s => !gone.Contains(s)).ElementAt(which % (Sessions.Length - gone.Count));

    private static Ownership Ownership(SessionId session, int which) =>
        new(session, Owned: session != Foreign && which % 4 != 3) { Ended = which % 8 == 1, CanBeReopened = which % 3 == 0 };

    private static CommandAdmitted Admitted(AdmitCommand admit, int which, IReadOnlySet<SessionId> gone)
    {
        var admitted = new CommandAdmitted(User, admit.CommandId, which % 8 == 6 ? TimeSpan.FromSeconds(1) : null) { Epoch = which };
        return (which % 8) switch
        {
            < 3 => admitted with { IsActive = true },
            4 or 5 => admitted with { SentTo = Other(which, gone), Follow = which % 8 == 4 },
            _ => admitted,
        };
    }

    private static object Done(IIdentifiedCommand command, int which) =>
        (which % 8) switch
        {
            < 3 => new CommandAccepted(command.SessionId, command.CommandId, Repeated: which % 8 == 2),
            3 => new CommandAccepted(command.SessionId, command.CommandId, Repeated: true) { Ack = "{}"u8.ToArray() },
            < 6 => new CommandRefused(command.SessionId, command.CommandId, Refusal.Ended, null) { Ending = (Ending)(which / 8 % 4 + 1) },
            6 => new CommandRefused(command.SessionId, command.CommandId, Refusal.TooManyMessages, TimeSpan.FromSeconds(1)),
            _ => new CommandRefused(command.SessionId, command.CommandId, Refusal.QueueFull, null),
        };
}
