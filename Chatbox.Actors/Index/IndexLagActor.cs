using Akka.Actor;
using static Chatbox.Messages.Index.IndexLagProtocol;

namespace Chatbox.Actors.Index;

/// <summary>Answers other nodes, whose clients read what this node's sessions have shown. At a fixed place on every node.</summary>
public sealed class IndexLagActor : ReceiveActor
{
    public const string Name = "index-lag";

    /// <summary>Longest wait for the index: whoever reads is told what is there after that.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public IndexLagActor(IndexLag lag, TimeProvider clock)
    {
        // Who is not answered in time has given up: no reply is needed then.
        Receive<AwaitSessionIndexed>(m => Reply(lag.WhenIndexed(m.SessionId), new SessionIndexed(m.SessionId)));
        Receive<AwaitUserIndexed>(m => Reply(lag.WhenIndexed(m.UserId), new UserIndexed(m.UserId)));

        void Reply(Task indexed, object reply) =>
            indexed.WaitAsync(Longest, clock).PipeTo(Sender, Self, success: () => reply, failure: _ => reply);
    }
}
