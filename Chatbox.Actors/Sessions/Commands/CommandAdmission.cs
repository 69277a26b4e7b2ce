using Akka.Actor;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.Passivation;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Commands;

/// <summary>
/// Decides whether a command may take effect. A known command id gets its first acknowledgement again; a refused command changes nothing.
/// </summary>
/// <param name="reconnectTimeout">How long after its end a session can be reopened.</param>
internal sealed class CommandAdmission(
    LoadedSession session,
    SessionViewers viewers,
    IndexReports index,
    SessionRest rest,
    CommandReplies replies,
    IActorContext context,
    ModelOptions models,
    TimeProvider clock,
    TimeSpan reconnectTimeout
)
{
    private SessionState State => session.State;

    /// <summary>Handles a client's command, if the session's life and the user's permission allow it.</summary>
    public void Admit<TCommand>(TCommand command, Action<TCommand> handle)
        where TCommand : IClientCommand =>
        Admit(
            command,
            command.Named,
            known =>
            {
                if (known is SelectModel { ModelId: var id } && models.Models.All(m => m.Id != id))
                    Refuse(known, Refusal.UnknownModel);
                else if (State.EndingFor(known, clock.GetUtcNow(), reconnectTimeout) is { } ending)
                    Refuse(known, Refusal.Ended, ending: ending);
                else
                    handle(known);
            }
        );

    /// <summary>Handles an admin's command.</summary>
    public void AdmitAdmin<TCommand>(TCommand command, Action<TCommand> handle)
        where TCommand : IAdminCommand => Admit(command, command.Named, handle);

    /// <summary>Handles a command once per command id.</summary>
    /// <param name="named">The client gave the command id and waits for an <c>ack</c>.</param>
    public void Admit<TCommand>(TCommand command, bool named, Action<TCommand> handle)
        where TCommand : IIdentifiedCommand
    {
        var mayAsk = command is IAdminCommand || State.IsOpenTo(command.UserId);
        if (mayAsk && viewers.MustReadFirst(context.Sender))
        {
            replies.Refuse(command, Refusal.MustReadFirst);
        }
        else if (mayAsk && State.Acknowledged(command) is { } known)
        {
            replies.Repeat(command, known, named);
        }
        else if (Reason(command) is { } reason)
        {
            var retryAfter = (command as ILimitedCommand)?.Admission.RetryAfter;
            Refuse(command, reason, reason == Refusal.TooManyMessages ? retryAfter : null);
        }
        else if (command is ILimitedCommand or SubmitAdminMessage or AddNote or RateConversation && index.IsFull)
        {
            replies.Refuse(command, Refusal.IndexBehind);
        }
        else
        {
            handle(command);
        }
    }

    private Refusal? Reason(IIdentifiedCommand command) =>
        command is IAdminCommand admin ? State.Refuse(admin, clock.GetUtcNow()) : State.Refuse(command);

    // A refused command may have woken the session for nothing.
    private void Refuse(IIdentifiedCommand command, Refusal reason, TimeSpan? retryAfter = null, Ending? ending = null)
    {
        replies.Refuse(command, reason, retryAfter, ending);
        rest.BeginIfIdle();
    }
}
