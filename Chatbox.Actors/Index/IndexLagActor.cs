using Akka.Actor;
using static Chatbox.Messages.Index.IndexLagProtocol;

namespace Chatbox.Actors.Index;

/// <summary>
/// Tells other nodes when the index has caught up with this node's sessions, so that their clients can read what they were shown. Has a
/// fixed path on every node.
/// </summary>
public sealed class IndexLagActor : ReceiveActor
{
    public const string Name = "index-lag";

    /// <summary>Longest wait for the index. After it the reader gets the reply anyway and reads whatever the index has.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public IndexLagActor(IndexLag lag, TimeProvider clock)
    {
        // A reader that gets no reply in time has its own deadline and needs none.
        Receive<AwaitSessionIndexed>(m => Reply(lag.WhenIndexed(m.SessionId), new SessionIndexed(m.SessionId)));
        Receive<AwaitUserIndexed>(m => Reply(lag.WhenIndexed(m.UserId), new UserIndexed(m.UserId)));

        void Reply(Task indexed, object reply) =>
            indexed.WaitAsync(Longest, clock).PipeTo(Sender, Self, success: () => reply, failure: _ => reply);
    }
}
