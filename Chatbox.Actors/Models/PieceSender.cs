using Akka.Actor;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Actors.Models;

/// <summary>
/// The sender of an answer's pieces. When the session confirms a piece, this reference sends the next one on the session's own thread.
/// Going through the mailbox of the <see cref="AnswerActor"/> would cost one more turn per token; that actor receives only the last
/// confirmation.
/// </summary>
/// <param name="reading">Has its turns with the answer; null if the provider is read without a pace.</param>
internal sealed class PieceSender(IActorRef answer, SessionLink link, StartAnswer request, PieceGatherer pieces, ReadPace? reading = null)
    : MinimalActorRef
{
    private readonly Lock _gate = new();

    /// <summary>The piece that the session has not confirmed; null if there is none.</summary>
    private Piece? _underWay;

    /// <summary>Length of the text up to the end of the last piece, in UTF-16 code units.</summary>
    private int _length = request.Length;

    private bool _isRedirected;

    public override ActorPath Path => answer.Path;

    public override IActorRefProvider Provider => ((IInternalActorRef)answer).Provider;

    public void Send(Piece piece)
    {
        lock (_gate)
        {
            _underWay = piece;
            _length = (piece.Replaces ? 0 : _length) + piece.Text.Length;
            Tell(piece);
        }
    }

    /// <summary>Reads what the provider has sent since the last turn, on this thread, and sends all that has gathered as one piece.</summary>
    /// <returns>False if the text has ended, and the answer needs no further turns.</returns>
    public bool TakeTurn()
    {
        reading?.Turn();
        if (pieces.TakeTurn() is { } piece)
            Send(piece);
        return !pieces.IsComplete;
    }

    /// <summary>
    /// Sends everything that the session has not taken to another receiver. Both are sent <see cref="AnswerLeft"/>, the session as the last
    /// message. False if the session does not have the text that it should have, or if a piece on its way replaces what it has; then nothing
    /// changes.
    /// </summary>
    /// <param name="length">Length of the text that the session has taken. It takes no more.</param>
    public bool TryRedirect(int length, IActorRef next)
    {
        lock (_gate)
        {
            var isTaken = length == _length;
            if (_underWay is { Replaces: true } || !(isTaken || length == _length - _underWay?.Text.Length))
                return false;
            var left = new AnswerLeft(request.AnswerId, request.Attempt);
            link.Redirect(next, left, answer);
            link.Tell(left, answer);
            _isRedirected = true;
            if (_underWay is { } piece && !isTaken)
                Tell(piece);
            else if (_underWay is not null)
                Taken();
            return true;
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is not PieceTaken)
        {
            answer.Tell(message, sender);
            return;
        }

        lock (_gate)
        {
            // The session that has moved may confirm a piece once more when its journal has the text.
            if (!_isRedirected || sender.Equals(link.Session))
                Taken();
        }
    }

    private void Tell(Piece piece) => link.Tell(new AnswerPiece(request.AnswerId, request.Attempt, piece.Text, piece.Replaces), this);

    private void Taken()
    {
        _underWay = null;
        if (pieces.Taken() is { } next)
            Send(next);
        else if (pieces.IsComplete)
            answer.Tell(new PieceTaken(request.AnswerId), this);
    }
}
