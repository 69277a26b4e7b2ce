using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions.Voice;

/// <summary>A session whose transcriptions end when the test says so.</summary>
public abstract class TranscriptionKit : SessionActorKit
{
    protected static readonly MessageFiles Spoken = new(
        MessageForm.VoiceMessage,
        [new MessageFile("00112233445566778899aabbccddeeff", null, "blob.webm", "audio/webm", 1_000)]
    );

    private readonly IActorRef _index;

    protected TranscriptionKit()
    {
        Models = CreateTestProbe();
        _index = Sys.ActorOf(Props.Create<AcknowledgingIndex>());
        Live = Wake();
    }

    internal HeldTranscriber Service { get; } = new();

    protected TestProbe Models { get; }

    protected IActorRef Live { get; set; }

    protected IActorRef Wake(bool transcribes = true) =>
        Sys.ActorOf(Session(With(Models, _index) with { Transcriber = transcribes ? Service : null }));

    protected void CrashAndWake()
    {
        this.Crash(Live);
        Live = Wake();
    }

    protected static SubmitMessage Speak(string id, string content = "", string? language = null) =>
        Say(id, content) with
        {
            Files = Spoken,
            Metadata = language is null
                ? ImmutableSortedDictionary<string, string>.Empty
                : ImmutableSortedDictionary<string, string>.Empty.Add("language", language),
        };

    protected static TranscribeMessage Again(string id, MessageId message) =>
        new(Id, new CommandId(id), true, Alice, message, Admission.Granted);

    protected static RegenerateAnswer Regenerate(string id) => new(Id, new CommandId(id), true, Alice, Admission.Granted);

    /// <summary>Sends a command that must be accepted, and returns the frame that acknowledges it to the viewer.</summary>
    private protected JsonElement Accepts(TestProbe viewer, IIdentifiedCommand command)
    {
        Live.Tell(command, viewer);
        return NextFrame(viewer, "ack");
    }

    private protected Refusal Refused(IIdentifiedCommand command)
    {
        var sender = CreateTestProbe();
        Live.Tell(command, sender);
        return sender.ExpectMsg<CommandRefused>().Reason;
    }

    /// <summary>The model is asked, and answers.</summary>
    /// <returns>The last message of its prompt.</returns>
    protected string Answer(string text = "An answer.")
    {
        var start = Models.FishForMessage<StartAnswer>(_ => true);
        Models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, text));
        Models.ExpectMsg<PieceTaken>();
        Models.Reply(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, null, null, null));
        return start.Prompt[^1].Text;
    }

    /// <summary>What the session has been told so far has had its effect.</summary>
    protected void Settle()
    {
        var probe = CreateTestProbe();
        Live.Tell(new GetOwnership(Id, Alice), probe);
        probe.ExpectMsg<Ownership>();
    }

    private protected IReadOnlyList<TEvent> Events<TEvent>() => [.. this.Journaled().OfType<TEvent>()];

    protected static string? Metadata(JsonElement frame, string key) => frame.Metadata(key);
}
