using Akka.Actor;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Actors.Models;

/// <summary>
/// The sender of an answer's pieces. When the session confirms a piece, this reference sends the next one on the session's own thread.
/// Going through the mailbox of the <see cref="AnswerActor"/> would cost one more turn per token; that actor receives only the last
/// confirmation.
/// </summary>
/// <param name="reading">Has its turns with the answer; null if the provider is read without a pace.</param>
internal sealed class PieceSender(IActorRef answer, IActorRef session, StartAnswer request, PieceGatherer pieces, ReadPace? reading = null)
    : MinimalActorRef
{
    public override ActorPath Path => answer.Path;

    public override IActorRefProvider Provider => ((IInternalActorRef)answer).Provider;

    public void Send(Piece piece) => session.Tell(new AnswerPiece(request.AnswerId, request.Attempt, piece.Text, piece.Replaces), this);

    /// <summary>Reads what the provider has sent since the last turn, on this thread, and sends all that has gathered as one piece.</summary>
    /// <returns>False if the text has ended, and the answer needs no further turns.</returns>
    public bool TakeTurn()
    {
        reading?.Turn();
        if (pieces.TakeTurn() is { } piece)
            Send(piece);
        return !pieces.IsComplete;
    }

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
