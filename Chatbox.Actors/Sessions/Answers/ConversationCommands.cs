using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Commands;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>
/// Carries out the admitted commands of a conversation: a message, another model, another answer, a stop. Each is journaled before its
/// sender gets a reply.
/// </summary>
internal sealed class ConversationCommands(
    LoadedSession session,
    SessionJournal journal,
    AnswerRun answers,
    TranscriptionRun transcriptions,
    SpeechRun speeches,
    SessionViewers viewers,
    CommandReplies replies,
    ModelOptions models,
    TimeProvider clock
)
{
    private static readonly ISessionEvent[] NoEvents = [];

    private SessionState State => session.State;

    public void Handle(SubmitMessage command)
    {
        var submitted = new MessageSubmitted(
            session.Id,
            command.CommandId,
            MessageId.New(),
            MessageId.New(),
            command.UserId,
            command.Content,
            command.Metadata,
            command.SentAt,
            clock.GetUtcNow()
        )
        {
            Files = command.Files,
        };
        var wasIdle = State.Running is null;
        session.Traces.WriteBegins(command.TraceParent);
        session.Traces.Remember(command.TraceParent, submitted.MessageId, submitted.AnswerId);
        Write(
            command,
            [submitted, .. IsHeard(command) ? [new TranscriptionRequested(session.Id, null, submitted.MessageId, submitted.At)] : NoEvents],
            () =>
            {
                replies.Accept(command, command.Named);
                transcriptions.Start();
                if (wasIdle && State.Running is not null)
                    answers.Start();
                viewers.Pump();
            }
        );
    }

    public void Handle(RegenerateAnswer command)
    {
        var answer = MessageId.New();
        session.Traces.WriteBegins(command.TraceParent);
        session.Traces.Remember(command.TraceParent, answer);
        var (question, now) = (State.LastQuestion!, clock.GetUtcNow());
        Write(
            command,
            [
                .. State.Silence(question.AnswerId, now),
                new AnswerRegenerated(session.Id, command.CommandId, question.MessageId, answer, now),
                .. State.Listen(question, transcriptions.IsPossible, now),
            ],
            () =>
            {
                replies.Accept(command, command.Named);
                speeches.Settle();
                transcriptions.Start();
                answers.Start();
                viewers.Pump();
            }
        );
    }

    public void Handle(SelectModel command)
    {
        var model = models.Models.First(m => m.Id == command.ModelId);
        Write(
            command,
            [new ModelSelected(session.Id, command.CommandId, model.Id, clock.GetUtcNow())],
            () =>
            {
                viewers.ModelChanged(model);
                replies.Accept(command, command.Named);
                viewers.Pump();
            }
        );
    }

    public void Handle(StopAnswer command)
    {
        if (session.Answer is { } live && State.IsMeant(command))
        {
            answers.Stop(live, command);
            return;
        }

        // Journaled although nothing runs: the same command, sent again later, must not stop an answer that runs then. The event
        // does not open the session.
        journal.Write(
            [new NothingToStop(session.Id, command.CommandId, clock.GetUtcNow())],
            () =>
            {
                replies.Accept(command, command.Named);
                viewers.Pump();
            }
        );
    }

    /// <summary>Whether the message's recording is to be transcribed.</summary>
    private bool IsHeard(SubmitMessage command) => transcriptions.IsPossible && command.Files?.Form == MessageForm.VoiceMessage;

    /// <summary>Journals a command's events, and in the same write whatever opens or reopens the session for it.</summary>
    private void Write(IClientCommand command, IReadOnlyList<ISessionEvent> events, Action then) =>
        journal.Write([.. State.Enter(command.UserId, command.Permission, models.Default, events[0].At), .. events], then);
}
