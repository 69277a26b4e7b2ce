using Akka.Actor;
using static Chatbox.Actors.Index.IndexProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>An index writer that acknowledges every update and every removal at once.</summary>
internal sealed class AcknowledgingIndex : ReceiveActor
{
    public AcknowledgingIndex()
    {
        Receive<WriteUpdate>(write => Sender.Tell(new UpdateWritten(write.Update.Summary.SessionId, write.Update.Seq)));
        Receive<RemoveSession>(remove => Sender.Tell(new SessionRemoved(remove.SessionId)));
    }
}
