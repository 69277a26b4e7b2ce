using System.Text.Json;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>Promise bounded: a client that sends and does not read. The session keeps a bounded number of acks for it.</summary>
public sealed class UnreadViewerTests() : TestKit($"akka.loglevel = WARNING\n{Store}")
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Commands => new() { "stop", "model_select", "unnamed stop", "repeated stop" };

    [Theory]
    [MemberData(nameof(Commands))]
    public void Client_that_reads_nothing_must_read_before_it_may_send_more(string kind)
    {
        var models = CreateTestProbe();
        var session = Sys.ActorOf(Session(With(models, Sys.ActorOf(Props.Create<AcknowledgingIndex>()))));
        var viewer = CreateTestProbe();
        session.Tell(new AttachViewer(Id, Alice, 1, null, null, null), viewer);
        session.Tell(Say("c0", "Hello"), viewer);
        var start = models.ExpectMsg<StartAnswer>(Deadline);
        models.Reply(new AnswerPiece(start.AnswerId, start.Attempt, new string('x', 2 * ViewerCursor.Window)));
        models.Reply(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, null, null, null));

        const int sent = 2 * ViewerCommands.MaxAcks;
        for (var n = 0; n < sent; n++)
            session.Tell(Command(n), viewer);
        session.Tell(new GetOwnership(Id, Alice), viewer);
        var replies = new List<object>();
        viewer.FishForMessage(
            m =>
            {
                replies.Add(m);
                return m is Ownership;
            },
            Deadline
        );

        var accepted = replies.OfType<CommandAccepted>().Count(a => a.CommandId.Value != "c0");
        Assert.InRange(accepted, 1, ViewerCommands.MaxAcks);
        var refused = replies.OfType<CommandRefused>().ToList();
        Assert.Equal(sent, accepted + refused.Count);
        Assert.All(refused, r => Assert.Equal(Refusal.MustReadFirst, r.Reason));
        var bytes = replies.OfType<DeliverFrame>().Sum(f => f.Utf8.Length);
        Assert.InRange(bytes, ViewerCursor.Window, 262_144);

        // The client reads: the waiting acks arrive, and its next command is accepted.
        session.Tell(new ViewerTookBytes(Id, bytes), viewer);
        var named = !kind.StartsWith("unnamed", StringComparison.Ordinal);
        var (acks, done) = (0, false);
        while (!done || (named && acks < accepted))
        {
            var delivered = viewer.FishForMessage<DeliverFrame>(f => !f.Utf8.IsEmpty, Deadline);
            var frame = JsonDocument.Parse(delivered.Utf8).RootElement;
            acks += frame.Type() == "ack" ? 1 : 0;
            done |= frame.IsDone();
            session.Tell(new ViewerTookBytes(Id, delivered.Utf8.Length), viewer);
        }

        session.Tell(Command(sent), viewer);
        Assert.Equal(Command(sent).CommandId, viewer.FishForMessage<CommandAccepted>(_ => true, Deadline).CommandId);

        IIdentifiedCommand Command(int n) =>
            kind switch
            {
                "model_select" => new SelectModel(Id, new CommandId($"m{n}"), true, Alice, new ModelId(n % 2 == 0 ? "n" : "m")),
                "unnamed stop" => new StopAnswer(Id, new CommandId($"edge:{n}"), false, Alice),
                "repeated stop" => new StopAnswer(Id, new CommandId("again"), true, Alice),
                _ => new StopAnswer(Id, new CommandId($"s{n}"), true, Alice),
            };
    }
}
