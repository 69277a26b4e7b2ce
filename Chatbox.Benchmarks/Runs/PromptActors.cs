using Akka.Actor;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Index.IndexProtocol;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Benchmarks.Runs;

/// <summary>A model that answers at once, in one piece of 400 characters.</summary>
internal sealed class PromptModel : ReceiveActor
{
    private static readonly string Text = new('a', 400);

    public PromptModel()
    {
        Receive<StartAnswer>(start =>
        {
            Sender.Tell(new AnswerPiece(start.AnswerId, start.Attempt, Text));
            Sender.Tell(new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, new TokenUsage(1, 100, false), null, null));
        });
        ReceiveAny(_ => { });
    }
}

/// <summary>An index that acknowledges every update at once.</summary>
internal sealed class PromptIndex : ReceiveActor
{
    public PromptIndex() => Receive<WriteUpdate>(write => Sender.Tell(new UpdateWritten(write.Update.Summary.SessionId, write.Update.Seq)));
}
