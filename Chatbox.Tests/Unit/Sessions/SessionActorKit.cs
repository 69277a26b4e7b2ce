using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Sessions.Settings;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>Starts session actors for tests, attaches viewers and reads their frames.</summary>
public abstract class SessionActorKit(string settings = "") : TestKit($"akka.loglevel = WARNING\n{Store}\n{settings}")
{
    protected IActorRef Start(out TestProbe models, ChatSessionOptions? options = null)
    {
        models = CreateTestProbe();
        return Start(models, options);
    }

    protected IActorRef Start(TestProbe models, ChatSessionOptions? options = null) =>
        Sys.ActorOf(Session(With(models, Sys.ActorOf(Props.Create<AcknowledgingIndex>()), options)));

    protected TestProbe Attach(IActorRef session)
    {
        var viewer = CreateTestProbe();
        session.Tell(new AttachViewer(Id, Alice, 1, null, null, null), viewer);
        viewer.ExpectMsg<ViewerAttached>();
        NextFrame(viewer, "connection_status");
        return viewer;
    }

    protected static JsonElement NextFrame(TestProbe viewer, string type) => FramesUntil(viewer, f => Type(f) == type)[^1];

    protected static List<JsonElement> FramesUntil(TestProbe viewer, Func<JsonElement, bool> last)
    {
        var frames = new List<JsonElement>();
        viewer.FishForMessage<DeliverFrame>(m =>
        {
            if (m.Utf8.IsEmpty)
                return false;
            frames.Add(Parse(m));
            return last(frames[^1]);
        });
        return frames;
    }

    protected static JsonElement Parse(DeliverFrame frame) => JsonDocument.Parse(frame.Utf8).RootElement;

    protected static string? Type(JsonElement frame) => frame.GetProperty("type").GetString();
}
