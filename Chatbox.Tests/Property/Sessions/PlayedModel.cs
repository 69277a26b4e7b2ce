using Akka.Actor;
using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>
/// A model that sends scripted pieces and ends for the newest answer that it was asked for. Its answer may report to a relay, when its session
/// moves.
/// </summary>
internal sealed class PlayedModel : ReceiveActor
{
    private readonly List<(MessageId Answer, int Attempt)> _asked = [];
    private Answer? _running;

    public PlayedModel()
    {
        Receive<StartAnswer>(start =>
        {
            _asked.Add((start.AnswerId, start.Attempt));
            _running = new Answer(start, new SessionLink(Sender), Self);
        });
        Receive<CancelAnswer>(cancel =>
        {
            if (_running?.Is(cancel.AnswerId, cancel.Attempt) is true)
                _running = null;
        });
        Receive<PieceTaken>(_ => EndIfSent());
        Receive<Piece>(piece => _running?.Say(piece));
        Receive<Finish>(finish =>
        {
            _running?.Finish(finish.Reason);
            EndIfSent();
        });
        Receive<RedirectAnswer>(redirect =>
        {
            if (_running?.Is(redirect.AnswerId, redirect.Attempt) is true && _running.Sender.TryRedirect(redirect.Length, Sender))
                Context.Watch(Sender);
            else
                redirect.Refuse(Sender);
        });
        Receive<Terminated>(gone =>
        {
            if (gone.ActorRef.Equals(_running?.Link.Session))
                _running = null;
        });
        Receive<GetAsked>(_ => Sender.Tell(_asked.ToList()));
    }

    private void EndIfSent()
    {
        if (_running is not { Reason: { } reason, Pieces.IsEmpty: true } answer)
            return;
        answer.Link.Tell(new AnswerEnded(answer.Start.AnswerId, answer.Start.Attempt, reason, null, null, null), Self);
        _running = null;
    }

    public sealed record Piece(string Text, bool Replaces = false);

    public sealed record Finish(FinishReason Reason);

    /// <summary>Asks for the requests so far: a list of answers and attempts.</summary>
    public sealed record GetAsked;

    private sealed class Answer(StartAnswer start, SessionLink link, IActorRef model)
    {
        public StartAnswer Start => start;

        public SessionLink Link => link;

        public PieceGatherer Pieces { get; } = new(int.MaxValue, isPaced: false);

        public PieceSender Sender => field ??= new PieceSender(model, link, start, Pieces);

        public FinishReason? Reason { get; private set; }

        public bool Is(MessageId answer, int attempt) => start.AnswerId == answer && start.Attempt == attempt;

        public void Say(Piece said)
        {
            if ((said.Replaces ? Pieces.Replace(said.Text) : Pieces.Add(said.Text)) is { } piece)
                Sender.Send(piece);
        }

        public void Finish(FinishReason reason)
        {
            Reason ??= reason;
            if (Pieces.Complete() is { } piece)
                Sender.Send(piece);
        }
    }
}
