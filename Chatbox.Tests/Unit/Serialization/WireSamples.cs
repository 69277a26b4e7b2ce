using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Index.IndexLagProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;
using static Chatbox.Tests.Unit.Serialization.GoldenValues;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>Values of every message type on the wire. A new type needs one in <see cref="Filled"/>, or one in <see cref="GoldenValues"/>.</summary>
internal static class WireSamples
{
    private static readonly TimeSpan Wait = TimeSpan.FromTicks(123_456_789);
    private static readonly AnswerPosition Position = new(Answer, 42);
    private static readonly DateTimeOffset Start = DateTimeOffset.MinValue;

    private static readonly SessionSnapshot Snapshot = (SessionSnapshot)GoldenValues.All["session.snapshot.v1"] with
    {
        Items =
        [
            new UserItem(2, Question, Answer, "Grüezi 🙂", Metadata, SentAt, At),
            new AnswerItem(5, Answer, Question, Model, "Hello", FinishReason.Length, new TokenUsage(12, 34, true), "E", 3, At)
            {
                Superseded = true,
                ResponseTime = Wait,
            },
            new ImportedItem(
                6,
                new MessageId("i1"),
                ImportedSender.Admin,
                "Hello",
                Metadata,
                Model,
                "file-1",
                "https://files.example/1",
                At
            ),
        ],
        Running = new RunningAnswer(new MessageId("a3"), new MessageId("q3"), Model, "so far", 2, 4)
        {
            AskedAt = SentAt,
            Spent = TimeSpan.FromSeconds(7),
            WorkingFrom = SentAt,
            WorkingUntil = SentAt.AddSeconds(3),
        },
        Totals = new SessionTotals("Grüezi", SentAt, At, 2, 46, Wait, Wait * 2, 2) { HelpRequested = true, AdminAssisted = true },
        IndexedThrough = 6,
    };

    private static readonly Permission Permitted = new(7, true);

    private const string TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    /// <summary>
    /// One value of each type with no member at its default. The golden values are among them, except for types that have got another
    /// member since: the golden value of such a type stays as it is, and this list has a filled one.
    /// </summary>
    public static readonly IReadOnlyList<IWireMessage> Filled =
    [
        .. GoldenValues.All.Values.Where(v =>
            v
                is not (
                    AnswerFinished
                    or SessionOpened
                    or SessionEnded
                    or SessionReopened
                    or SessionSnapshot
                    or SessionActivated
                    or SessionLeft
                    or UserSnapshot
                )
        ),
        new SessionOpened(Session, Alice, Model, At) { Epoch = 7 },
        new SessionEnded(Session, Command, At) { Epoch = 7 },
        new SessionReopened(Session, At) { Epoch = 7 },
        (AnswerFinished)GoldenValues.All["session.answer-finished.v1"] with
        {
            ResponseTime = Wait,
            PromptMessages = 7,
        },
        Snapshot with
        {
            Life = new SessionLife(SentAt, At) { EndedOnPurpose = true },
            Epoch = 7,
        },
        new SessionActivated(Alice, Session, At)
        {
            CommandId = Command,
            Replaces = new SessionId("before"),
            Commands = [long.MinValue, 7],
        },
        new SessionLeft(Alice, Session, At) { Commands = [long.MaxValue, 7] },
        new UserSnapshot(Alice, Session, [new Activation(Session, Command, new SessionId("before"), At)])
        {
            FreshUsed = 3,
            Retired = [new RetiredSession(new SessionId("before"), [-1, 7], 5, At)],
        },
        new EndSession(Session, Command, Alice),
        new EraseSession(Session, Command, Alice, true),
        new EndIfIdle(Session),
        new ReopenSession(Session, Alice) { Epoch = 7 },
        new RetireSession(Session, Alice, Command, 7)
        {
            OnlyIfEnded = true,
            UnlessKnown = new CommandId("c2"),
            Expecting = new CommandId("c3"),
        },
        new SessionRetired(Session, Command, Retirement.KnowsCommand) { Commands = [-1, 7] },
        new ViewerDismissed(Session),
        new ActivateSession(Alice, Session),
        new LeaveSession(Alice, Session, Command) { AsOf = 7 },
        new SessionToUse(Alice, Session, new SessionId("next")) { Epoch = 7 },
        new SubmitMessage(Session, Command, true, Alice, "Grüezi 🙂", Metadata, SentAt, new Admission(Wait))
        {
            TraceParent = TraceParent,
            Permission = Permitted,
        },
        new SelectModel(Session, Command, true, Alice, Model) { Permission = Permitted },
        new StopAnswer(Session, Command, true, Alice) { Permission = Permitted, MessageId = Answer },
        new RegenerateAnswer(Session, Command, true, Alice, new Admission(Wait)) { TraceParent = TraceParent, Permission = Permitted },
        new AttachViewer(Session, Alice, 3, 17, Position, Command) { Legacy = true },
        new DetachViewer(Session),
        new ViewerTookBytes(Session, 65_537),
        new ShowTyping(Session, Alice, true),
        new DeliverFrame(Session, "{\"type\":\"ack\",\"content\":\"🙂\"}"u8.ToArray(), 17, Position)
        {
            TraceParent = TraceParent,
            Reloads = true,
        },
        new ViewerAttached(Session),
        new ViewerRefused(Session),
        new SessionUnreadable(Session),
        new GetOwnership(Session, Alice),
        new Ownership(Session, true) { Ended = true, CanBeReopened = true },
        new CommandAccepted(Session, Command, true) { Ack = "{}"u8.ToArray() },
        new CommandRefused(Session, Command, Refusal.TooManyMessages, Wait) { Ending = Ending.OnPurpose },
        new OpenSocket(Alice),
        new GetSocketAllowance(Alice),
        new SocketAllowed(Alice, Session, true) { Epoch = 7 },
        new SocketRefused(Alice, 10),
        new SocketLimitReached(Alice, 10),
        new AdmitCommand(Alice, Session, Command, true)
        {
            KeepsActive = true,
            Reopens = true,
            NotIn = new SessionId("before"),
            AsOf = 7,
            Attempt = -7,
        },
        new CommandAdmitted(Alice, Command, Wait)
        {
            SentTo = Session,
            Follow = true,
            IsActive = true,
            Epoch = 7,
        },
        new ForgetCommand(Alice, Command, 7),
        new CountCommand(Alice, Command),
        new CommandCounted(Alice, Command, TimeSpan.FromSeconds(7)),
        new GetSessionKnown(Alice, Session),
        new SessionKnown(Alice, Session, true),
        new AwaitSessionIndexed(Session),
        new AwaitUserIndexed(Alice),
        new SessionIndexed(Session),
        new UserIndexed(Alice),
    ];

    /// <summary>The emptiest value of each type.</summary>
    public static IReadOnlyList<IWireMessage> Empty { get; } =
    [.. ChatboxWire.Table.Rows.Select(row => (IWireMessage)EmptyValue.Of(row.Type))];

    /// <summary>Values that differ from both the filled and the empty one: a member that is zero or empty instead of null.</summary>
    public static readonly IReadOnlyList<IWireMessage> Edges =
    [
        new AnswerFinished(Session, null, Answer, 0, "", FinishReason.Stop, default, null, null, Start) { ResponseTime = TimeSpan.Zero },
        new SessionSnapshot(
            Session,
            new UserId(""),
            new ModelId(""),
            "",
            [
                new UserItem(0, Question, Answer, "", ImmutableSortedDictionary<string, string>.Empty, Start, Start),
                new AnswerItem(0, Answer, Question, Model, "", FinishReason.Stop, default, null, null, Start),
                new ImportedItem(
                    0,
                    Answer,
                    ImportedSender.User,
                    "",
                    ImmutableSortedDictionary<string, string>.Empty,
                    null,
                    null,
                    null,
                    Start
                ),
            ],
            0,
            new RunningAnswer(Answer, Question, Model, "", 0, null),
            [],
            [new Acknowledgement(Command, 0, null, Start)]
        )
        {
            Totals = new SessionTotals(null, Start, Start, 0, 0, TimeSpan.Zero, TimeSpan.Zero, 0),
        },
        new ReopenSession(Session, Alice) { Epoch = 0 },
        new RetireSession(Session, Alice, Command, 0) { UnlessKnown = new CommandId(""), Expecting = new CommandId("") },
        new UserSnapshot(Alice, new SessionId(""), [new Activation(new SessionId(""), null, null, Start)]),
        new LeaveSession(Alice, Session, null) { AsOf = 0 },
        new StopAnswer(Session, Command, false, Alice) { Permission = Permission.At(0) },
        new AttachViewer(Session, new UserId(""), 0, 0, new AnswerPosition(new MessageId(""), 0), new CommandId("")),
        new CommandRefused(Session, Command, Refusal.TooManyMessages, TimeSpan.Zero),
        new AdmitCommand(Alice, Session, Command, false) { NotIn = new SessionId(""), AsOf = 0 },
        new CommandAdmitted(Alice, Command, TimeSpan.Zero),
        new CommandCounted(new UserId(""), new CommandId(""), TimeSpan.Zero),
    ];
}
