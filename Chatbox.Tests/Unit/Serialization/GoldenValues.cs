using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.HelpDesk;
using Chatbox.Messages.Notifications;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.HelpDesk.HelpQueueProtocol;
using static Chatbox.Messages.Notifications.NotificationProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>The content of the files in <c>Golden</c>, by manifest. Like the files, these values never change.</summary>
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

    private static readonly HelpStanding Standing = new(5, SentAt, At, At, new UserId("ben"), null, At, SentAt);

    public static readonly ImmutableSortedDictionary<string, string> Metadata = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        [KeyValuePair.Create("locale", "de-CH"), KeyValuePair.Create("Ünï", "🙂")]
    );

    /// <summary>
    /// An encrypted <see cref="MessageSubmitted"/>, under <see cref="SealedGoldenTests.Key"/>. Another implementation wrote it.
    /// </summary>
    private const string SealedMessage =
        "01026b31cafebabefacedbaddecaf8886442099a32d304c882691900edb406508b3d7ebf92b68dabc011180697da80a8"
        + "26ec31241c126049229cfafcf40ee03ff7769a6d4b0ec1d995532639c1d95d182548c106258cd7dd3aa103a93f74e483"
        + "85fee576029b9e78e1f0c418bc06d02b38bc66de5145f6f3ab71a67cd443406e0aa24081c3af3661011e78a584032a31"
        + "7e72186894c23a59dcbd029da35c546486b651f7378b9b8ed7c4f6caf9ac58989def46de5d40e4f14c9951bc915fc8f7"
        + "bc1dcd8864cb9f0c9a5a334ea2ea86a9137038d5";

    /// <summary>The encrypted snapshot, under the same key. Another implementation wrote it.</summary>
    private const string SealedState =
        "01026b31cafebabefacedbaddecaf888fdaac7731554c6a65970451ac7812877f043450b3fd0ed8fc7491b4cafb1cdb4"
        + "aa0266aaf5f071f92711d3f258b0db3113ad8e26e1441bf9ce32e64ce99bc29241b146c788a54b546701e190f51844d1"
        + "4bef62217a764ddf8405d0bc09deb676076e285417f32ddf15f9239cd70f1ef435c69edea6cd321bc85ebd0cf92828b8"
        + "c1edf318afb82d1f60499e838c967eec4243ab3e1056e01ad4784c48b5b86a289bb193ba674896d391b6fe7f41b69880"
        + "f0480e1efda97f89d6dd28680b6c3c2973e8a30421e664a5e561c727896bf2ebf336de60a5caca9787ed0f25d89e7c89"
        + "84acf1713a6f039d268308a57c0e3985114e251430420bced44e7d158649b807c0fe40f4331973fcc0c0da5f32f6880d"
        + "c30adc081150888ffe29759495db2511aa062a1ad335593a23186be87b535872b6fb1468bc724f8a3c4fc679e3d5bbcc"
        + "ba5228202349caa01135361514fc844fab0822fa7eeaa84ec8345b8a244849fee012c9029c3005d8bc9b0da710e69046"
        + "1a1c722ffb1f4ebc4f6361166c1ac36aab26f65c7ac36ae0c25a91d34878c60d1387e4ecacf2366a2f6870a7c04d19c8"
        + "aee4662f50adef787e5bb0c99b480d4d0fea35f55b821739de66b60c7dd9a3752cb9fadccb63298210ae73d7c076f51f";

    private static readonly NodeIncarnation Node = new("akka.tcp://chatbox@10.0.0.1:4053", 42);

    private static readonly Incident Incident = new(IncidentKind.HelpRequest, new IncidentId("help:1"), SentAt)
    {
        SessionId = Session,
        UserId = Alice,
        AffectedUsers = 1,
        IsOver = true,
        Facts = Metadata,
    };

    private static readonly MessageFiles Files = new(
        MessageForm.FileUpload,
        [
            new MessageFile("00112233445566778899aabbccddeeff", null, "Grüezi 🙂.png", "image/png", 1234) { Width = 640, Height = 480 },
            new MessageFile("theirs", "https://files.example/a.ogg", "a.ogg", "audio/ogg", 0),
        ]
    );

    /// <summary>The content of the files in <c>Golden/Files</c>, by manifest: what carries files.</summary>
    public static readonly IReadOnlyDictionary<string, IWireMessage> WithFiles = new Dictionary<string, IWireMessage>
    {
        ["session.message-submitted.v1"] = new MessageSubmitted(Session, Command, Question, Answer, Alice, "", Metadata, SentAt, At)
        {
            Files = Files,
        },
        ["session.admin-message-sent.v1"] = new AdminMessageSent(Session, Command, Question, "look", Metadata, SentAt, At)
        {
            Files = Files,
        },
        ["session.snapshot.v1"] = new SessionSnapshot(
            Session,
            Alice,
            Model,
            null,
            [
                new UserItem(2, Question, Answer, "", Metadata, SentAt, At) { Files = Files },
                new AdminItem(5, Answer, new UserId("ana"), "Ana", "look", Metadata, SentAt, At)
                {
                    Files = Files with { Form = MessageForm.VoiceMessage },
                },
            ],
            0,
            null,
            [],
            []
        ),
    };

    /// <summary>The content of the files in <c>Golden/Voice</c>, by manifest: what has voice messages that became text.</summary>
    public static readonly IReadOnlyDictionary<string, IWireMessage> WithVoice = new Dictionary<string, IWireMessage>
    {
        ["session.snapshot.v1"] = new SessionSnapshot(
            Session,
            Alice,
            Model,
            null,
            [
                new UserItem(2, Question, Answer, "", Metadata, SentAt, At) { Files = Files with { Form = MessageForm.VoiceMessage } },
                new TranscriptItem(4, new MessageId("t1"), Question, "Grüezi 🙂", null, At),
                new TranscriptItem(6, new MessageId("t2"), new MessageId("q2"), "", TranscriptionFailure.Unavailable, At),
            ],
            0,
            null,
            [],
            []
        )
        {
            Transcribing = [new MessageId("q3"), new MessageId("q4")],
        },
    };

    /// <summary>The content of the files in <c>Golden/Returned</c>, by manifest: what has files that models returned.</summary>
    public static readonly IReadOnlyDictionary<string, IWireMessage> WithReturned = new Dictionary<string, IWireMessage>
    {
        ["session.file-returned.v1"] = new FileReturned(
            Session,
            Answer,
            Question,
            new ReturnedFile("größe.exe", null, "Programs are not accepted."),
            At
        ),
        ["session.snapshot.v1"] = new SessionSnapshot(
            Session,
            Alice,
            Model,
            null,
            [
                new UserItem(2, Question, Answer, "draw", Metadata, SentAt, At),
                new ReturnedFileItem(4, new MessageId("f1"), Answer, ReturnedFile.Kept(Files.Files[0]), At),
                new ReturnedFileItem(5, new MessageId("f2"), Answer, new ReturnedFile("größe.exe", null, "No."), At),
                new AnswerItem(6, Answer, Question, Model, "", FinishReason.Stop, new TokenUsage(1, 2, false), null, null, At)
                {
                    Files = 1,
                },
            ],
            0,
            null,
            [],
            []
        ),
    };

    private static readonly MessageFile Sound = new("00112233445566778899aabbccddeeff", null, "answer.mp3", "audio/mpeg", 240_000);

    /// <summary>The content of the files in <c>Golden/Speech</c>, by manifest: what has answers that are spoken.</summary>
    public static readonly IReadOnlyDictionary<string, IWireMessage> WithSpeech = new Dictionary<string, IWireMessage>
    {
        ["session.snapshot.v1"] = new SessionSnapshot(
            Session,
            Alice,
            Model,
            null,
            [
                new SpeechItem(4, new MessageId("s1"), Answer, Sound, null, true, At),
                new SpeechItem(6, new MessageId("s2"), new MessageId("a2"), null, SpeechFailure.NothingToSay, false, At),
            ],
            0,
            null,
            [],
            []
        )
        {
            Speaking = [new MessageId("a3"), new MessageId("a4")],
        },
        ["session.speech-finished.v1"] = new SpeechFinished(Session, new MessageId("s1"), Answer, Sound, null, true, At),
    };

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
        ["session.answer-regenerated.v1"] = new AnswerRegenerated(Session, Command, Question, Answer, At),
        ["session.nothing-to-stop.v1"] = new NothingToStop(Session, Command, At),
        ["session.ended.v1"] = new SessionEnded(Session, Command, At),
        ["session.renamed.v1"] = new SessionRenamed(Session, Command, "Grüezi 日本", At),
        ["session.reopened.v1"] = new SessionReopened(Session, At),
        ["session.epoch-noted.v1"] = new EpochNoted(Session, 42, At),
        ["session.erased.v1"] = new SessionErased(Session, Command, At),
        ["session.imported.v1"] = new SessionImported(
            Session,
            Alice,
            Model,
            new SessionTotals("Grüezi", SentAt, At, 3, 46, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), 2)
            {
                HelpRequested = true,
                AdminAssisted = true,
            },
            At
        ),
        ["session.message-imported.v1"] = new MessageImported(
            Session,
            Answer,
            ImportedSender.Ai,
            "Grüezi 🙂\n",
            Metadata,
            Model,
            "file-1",
            "https://files.example/1",
            SentAt
        ),
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
        ["session.help-requested.v1"] = new HelpRequested(Session, Command, At),
        ["session.conversation-rated.v1"] = new ConversationRated(Session, Command, Answer, Rating.Down, "Grüezi 🙂", At),
        ["session.taken-over.v1"] = new SessionTakenOver(Session, Command, Question, new UserId("ana"), "Ana Ünï", At)
        {
            Interrupted = true,
        },
        ["session.takeover-released.v1"] = new TakeoverReleased(Session, Command, Question, ReleaseReason.Silent, At)
        {
            By = new UserId("ben"),
        },
        ["session.transfer-offered.v1"] = new TransferOffered(Session, Command, new UserId("ben"), At),
        ["session.transfer-declined.v1"] = new TransferDeclined(Session, Command, At),
        ["session.admin-message-sent.v1"] = new AdminMessageSent(Session, Command, Question, "Grüezi 🙂\n", Metadata, SentAt, At),
        ["session.holder-away.v1"] = new HolderAway(Session, At),
        ["session.holder-back.v1"] = new HolderBack(Session, At),
        ["session.note-added.v1"] = new NoteAdded(Session, Command, Question, new UserId("ana"), "Ana Ünï", "calls back 🙂", At),
        ["session.transcription-requested.v1"] = new TranscriptionRequested(Session, Command, Question, At),
        ["session.transcription-finished.v1"] = new TranscriptionFinished(
            Session,
            Answer,
            Question,
            "Grüezi 🙂",
            TranscriptionFailure.NothingHeard,
            At
        ),
        ["session.file-returned.v1"] = new FileReturned(Session, Answer, Question, ReturnedFile.Kept(Files.Files[0]), At),
        ["session.speech-requested.v1"] = new SpeechRequested(Session, Answer, At),
        ["session.speech-finished.v1"] = new SpeechFinished(Session, Question, Answer, null, SpeechFailure.Unavailable, false, At),
        ["session.seen-marked.v1"] = new SeenMarked(Session, ConversationSide.Admin, 42, At),
        ["session.sealed-event.v1"] = new SealedEvent(Session, 2, "session.message-submitted.v1", Convert.FromHexString(SealedMessage)),
        ["session.sealed-snapshot.v1"] = new SealedSnapshot(Session, 6, "session.snapshot.v1", Convert.FromHexString(SealedState)),
        ["user.session-activated.v1"] = new SessionActivated(Alice, Session, At),
        ["user.session-left.v1"] = new SessionLeft(Alice, Session, At),
        ["user.snapshot.v1"] = new UserSnapshot(
            Alice,
            Session,
            [new Activation(new SessionId("before"), null, null, SentAt), new Activation(Session, Command, new SessionId("before"), At)]
        ),
        ["helpdesk.standing-noted.v1"] = new StandingNoted(Session, 7, Alice, Standing, At),
        ["helpdesk.request-escalated.v1"] = new RequestEscalated(Session, 5, At),
        ["helpdesk.snapshot.v1"] = new HelpDeskSnapshot([
            new HelpCase(Session, 7, Alice, Standing, At) { EscalatedAt = SentAt, Escalations = 2 },
        ]),
        ["notification.incident-taken.v1"] = new IncidentTaken(Incident, ["mail:0123", "log"], At) { IsOverLimit = true, Untold = 3 },
        ["notification.sent.v1"] = new NotificationSent(Incident.Id, "mail:0123", At),
        ["notification.abandoned.v1"] = new NotificationAbandoned(Incident.Id, "mail:0123", At),
        ["notification.node-started.v1"] = new NodeStarted(Node, At),
        ["notification.node-stopped.v1"] = new NodeStopped(Node, At),
        ["notification.snapshot.v1"] = new OutboxSnapshot(
            [new RememberedIncident(Incident.Id, IncidentKind.Traffic, At, true, true)],
            [new WaitingIncident(Incident, ["mail:0123", "log"], 3, At)],
            [Node]
        ),
    };
}
