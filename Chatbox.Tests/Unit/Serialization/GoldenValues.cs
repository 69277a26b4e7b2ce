using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>What the files in <c>Golden</c> hold, by manifest. Like the files, a value here is never changed.</summary>
internal static class GoldenValues
{
    public static readonly SessionId Session = new("0123456789abcdef0123456789abcdef");
    public static readonly UserId Alice = new("alice");
    public static readonly ModelId Model = new("gpt");
    public static readonly MessageId Question = new("11111111111111111111111111111111");
    public static readonly MessageId Answer = new("22222222222222222222222222222222");
    public static readonly CommandId Command = new("c1");
    public static readonly DateTimeOffset At = new(2024, 2, 29, 12, 34, 56, 789, TimeSpan.Zero);
    public static readonly DateTimeOffset SentAt = new(2024, 2, 29, 12, 34, 55, 1, TimeSpan.Zero);

    public static readonly ImmutableSortedDictionary<string, string> Metadata = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        [KeyValuePair.Create("locale", "de-CH"), KeyValuePair.Create("Ünï", "🙂")]
    );

    public static readonly IReadOnlyDictionary<string, IWireMessage> All = new Dictionary<string, IWireMessage>
    {
        ["session.opened.v1"] = new SessionOpened(Session, Alice, Model, At),
        ["session.message-submitted.v1"] = new MessageSubmitted(
            Session,
            Command,
            Question,
            Answer,
            Alice,
            "Grüezi 🙂\n",
            Metadata,
            SentAt,
            At
        ),
        ["session.model-selected.v1"] = new ModelSelected(Session, Command, Model, At),
        ["session.answer-checkpointed.v1"] = new AnswerCheckpointed(Session, Answer, 7, "more", At),
        ["session.answer-resumed.v1"] = new AnswerResumed(Session, Answer, 7, At),
        ["session.answer-withdrawn.v1"] = new AnswerWithdrawn(Session, Answer, 7, At),
        ["session.answer-finished.v1"] = new AnswerFinished(
            Session,
            Command,
            Answer,
            11,
            " text",
            FinishReason.Cut,
            new TokenUsage(12, 34, true),
            "LLM_UNAVAILABLE",
            "dify-1",
            At
        ),
        ["session.nothing-to-stop.v1"] = new NothingToStop(Session, Command, At),
        ["session.ended.v1"] = new SessionEnded(Session, Command, At),
        ["session.reopened.v1"] = new SessionReopened(Session, At),
        ["session.erased.v1"] = new SessionErased(Session, Command, At),
        ["session.snapshot.v1"] = new SessionSnapshot(
            Session,
            Alice,
            Model,
            "dify-1",
            [
                new UserItem(2, Question, Answer, "Grüezi 🙂", Metadata, SentAt, At),
                new AnswerItem(5, Answer, Question, Model, "Hello", FinishReason.Length, new TokenUsage(12, 34, true), "E", 3, At),
            ],
            1,
            new RunningAnswer(new MessageId("a3"), new MessageId("q3"), Model, "so far", 2, 4),
            [new MessageId("q4"), new MessageId("q5")],
            [new Acknowledgement(Command, 2, Question, At), new Acknowledgement(new CommandId("c2"), 6, Answer, At)]
        ),
        ["user.session-activated.v1"] = new SessionActivated(Alice, Session, At),
        ["user.session-left.v1"] = new SessionLeft(Alice, Session, At),
        ["user.snapshot.v1"] = new UserSnapshot(
            Alice,
            Session,
            [new Activation(new SessionId("before"), null, null, SentAt), new Activation(Session, Command, new SessionId("before"), At)]
        ),
    };
}
