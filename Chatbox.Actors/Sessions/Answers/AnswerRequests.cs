using Akka.Actor;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.RelayProtocol;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>Asks the models of this node for the session's answers, expects answers that stream elsewhere, and cancels both.</summary>
/// <param name="models">The node's <see cref="ModelsActor"/>.</param>
/// <param name="actor">The session's actor; receives <see cref="AnswerRun.Lost"/>.</param>
internal sealed class AnswerRequests(
    LoadedSession session,
    SessionViewers viewers,
    IActorRef models,
    ModelOptions options,
    TimeProvider clock,
    IActorContext context,
    IWithTimers actor
)
{
    /// <summary>How much longer than an answer's own deadline the session waits for its end.</summary>
    private static readonly TimeSpan WatchdogMargin = TimeSpan.FromSeconds(30);

    private SessionState State => session.State;

    public void Ask(RunningAnswer running, ModelDescription model)
    {
        var prompt = Prompt.For(State, model, options.SystemPrompt);
        Begin(running, model, prompt, null);
        models.Tell(
            new StartAnswer(
                running.MessageId,
                running.Resumptions,
                session.Id,
                State.Owner!.Value,
                model.Id,
                prompt,
                Continues: running.Text.Length > 0,
                State.ProviderConversation
            )
            {
                Length = running.Text.Length,
                Spent = running.Spent,
                TraceParent = session.Traces.AnswerBegins(running.MessageId, model.Id),
            }
        );

        // Viewers of an answer that goes on have been told before its first text.
        if (running.Text.Length == 0)
            TellUnread([]);
    }

    /// <summary>The model was asked by an earlier incarnation of the session, and goes on there.</summary>
    public void Expect(RunningAnswer running, ModelDescription model, RelayedStream stream)
    {
        Begin(running, model, Prompt.For(State, model, options.SystemPrompt), stream);
        session.Traces.AnswerBegins(running.MessageId, model.Id);
        stream.Target.Tell(new AttachAnswer(running.MessageId, running.Resumptions, running.Text.Length), context.Self);
    }

    /// <summary>Tells whoever brings the answer to stop.</summary>
    public void Cancel(LiveAnswer live)
    {
        if (live.Relayed is { } stream)
            stream.Target.Tell(new CancelRelay(live.MessageId, live.Attempt), context.Self);
        else
            models.Tell(new CancelAnswer(live.MessageId, live.Attempt, live.ModelId));
    }

    /// <summary>Tells viewers which files the model is only named: those of the question that it cannot read, and those that it was not given.</summary>
    public void TellUnread(IReadOnlyList<MessageFile> missed)
    {
        if (State.Running is { } running && options.Models.FirstOrDefault(m => m.Id == running.ModelId) is { } model)
            viewers.FilesUnread(FilesPart.NotReadable(VoicePart.Heard(State, State.QuestionOf(running)), model), missed);
    }

    private void Begin(RunningAnswer running, ModelDescription model, IReadOnlyList<ChatMessage> prompt, RelayedStream? stream)
    {
        session.Answer = new LiveAnswer(running)
        {
            PromptTokens = () => Prompt.EstimateTokens(prompt),
            CheckpointedAt = clock.GetTimestamp(),
            IsAsked = true,
            Relayed = stream,
        };

        // The answer may wait for its turn at a busy model before its own deadline begins.
        var longest = options.FirstTokenTimeoutOf(model) + options.AnswerTimeout + WatchdogMargin;
        actor.Timers.StartSingleTimer(nameof(AnswerRun.Lost), new AnswerRun.Lost(running.MessageId), longest);
    }
}
