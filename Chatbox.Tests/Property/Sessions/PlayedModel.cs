using Akka.Actor;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>A model that sends scripted pieces and ends for the newest answer that it was asked for.</summary>
internal sealed class PlayedModel : ReceiveActor
{
    private (StartAnswer Start, IActorRef Session)? _running;

    public PlayedModel()
    {
        Receive<StartAnswer>(start => _running = (start, Sender));
        Receive<CancelAnswer>(cancel =>
        {
            if (_running is { Start: var start } && (start.AnswerId, start.Attempt) == (cancel.AnswerId, cancel.Attempt))
                _running = null;
        });
        Receive<PieceTaken>(_ => { });
        Receive<Piece>(piece =>
        {
            if (_running is var (start, session))
                session.Tell(new AnswerPiece(start.AnswerId, start.Attempt, piece.Text, piece.Replaces));
        });
        Receive<Finish>(finish =>
        {
            if (_running is var (start, session))
                session.Tell(new AnswerEnded(start.AnswerId, start.Attempt, finish.Reason, null, null, null));
            _running = null;
        });
    }

    public sealed record Piece(string Text, bool Replaces = false);

    public sealed record Finish(FinishReason Reason);
}
