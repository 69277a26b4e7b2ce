using Akka.Actor;
using static Chatbox.Actors.Index.IndexProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>Stands where the writer of an index would: a node without one has nothing that could be behind.</summary>
internal sealed class AbsentIndexActor : ReceiveActor
{
    public AbsentIndexActor()
    {
        Receive<WriteUpdate>(write => Sender.Tell(new UpdateWritten(write.Update.Summary.SessionId, write.Update.Seq)));
        Receive<EraseSession>(erase => Sender.Tell(new SessionErased(erase.SessionId)));
    }
}
