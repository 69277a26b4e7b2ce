using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions.Voice;

/// <summary>A session whose speeches end when the test says so.</summary>
public abstract class SpeechKit : SessionActorKit
{
    private readonly IActorRef _index;

    protected SpeechKit()
    {
        Models = CreateTestProbe();
        _index = Sys.ActorOf(Props.Create<AcknowledgingIndex>());
        Live = Wake();
    }

    internal HeldSpeaker Service { get; } = new();

    protected TestProbe Models { get; }

    protected IActorRef Live { get; set; }

    protected IActorRef Wake(bool speaks = true) =>
        Sys.ActorOf(Session(With(Models, _index) with { Speaker = speaks ? Service : null, FileAddresses = new MemoryFiles() }));

    protected void CrashAndWake(bool speaks = true)
    {
        this.Crash(Live);
        Live = Wake(speaks);
    }

    protected static SubmitMessage Ask(string id, bool speak = true)
    {
        var message = Say(id, "Why?");
        return speak ? message with { Metadata = message.Metadata.Add("speak", "true") } : message;
    }

    /// <summary>Sends a command that must be accepted, and returns the frame that acknowledges it to the viewer.</summary>
    private protected JsonElement Accepts(TestProbe viewer, IIdentifiedCommand command)
    {
        Live.Tell(command, viewer);
        return NextFrame(viewer, "ack");
    }

    /// <summary>The model is asked.</summary>
    protected StartAnswer Asked() => Models.FishForMessage<StartAnswer>(_ => true);

    /// <summary>The model says something that the session takes.</summary>
    protected void Says(StartAnswer start, string text)
    {
        Live.Tell(new AnswerPiece(start.AnswerId, start.Attempt, text), Models);
        Models.FishForMessage<PieceTaken>(_ => true);
    }

    protected void Ends(StartAnswer start, FinishReason reason = FinishReason.Stop, string? error = null) =>
        Live.Tell(new AnswerEnded(start.AnswerId, start.Attempt, reason, null, error, null), Models);

    /// <summary>The model answers; returns the answer's id.</summary>
    protected MessageId Answered(string text = "An answer.")
    {
        var start = Asked();
        Says(start, text);
        Ends(start);
        return start.AnswerId;
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

    protected static JsonElement NextDone(TestProbe viewer) => FramesUntil(viewer, frame => frame.IsDone())[^1];
}
