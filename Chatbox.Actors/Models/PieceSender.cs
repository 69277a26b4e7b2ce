using Akka.Actor;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Actors.Models;

/// <summary>
/// The sender of an answer's pieces. When the session has taken one, the next goes out at once, on the session's own thread: as a
/// message to the <see cref="AnswerActor"/> every token would cost another turn of a mailbox. That actor hears only of the last.
/// </summary>
internal sealed class PieceSender(IActorRef answer, IActorRef session, StartAnswer request, PieceGatherer pieces) : MinimalActorRef
{
    public override ActorPath Path => answer.Path;

    public override IActorRefProvider Provider => ((IInternalActorRef)answer).Provider;

    public void Send(Piece piece) => session.Tell(new AnswerPiece(request.AnswerId, request.Attempt, piece.Text, piece.Replaces), this);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is not PieceTaken)
            answer.Tell(message, sender);
        else if (pieces.Taken() is { } next)
            Send(next);
        else if (pieces.IsComplete)
            answer.Tell(message, sender);
    }
}
