using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;
using static Chatbox.Tests.Unit.Serialization.GoldenValues;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>Values of every message type on the wire.</summary>
internal static class WireSamples
{
    private static readonly DateTimeOffset Start = DateTimeOffset.MinValue;

    /// <summary>All samples.</summary>
    public static IEnumerable<IWireMessage> All => [.. Filled, .. Empty, .. Edges, .. GoldenValues.All.Values];

    /// <summary>One value of each type, with every member set.</summary>
    public static IReadOnlyList<IWireMessage> Filled { get; } =
    [.. ChatboxWire.Table.Rows.Select(row => (IWireMessage)SampleValue.Filled(row.Type))];

    /// <summary>The emptiest value of each type.</summary>
    public static IReadOnlyList<IWireMessage> Empty { get; } =
    [.. ChatboxWire.Table.Rows.Select(row => (IWireMessage)SampleValue.Empty(row.Type))];

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
