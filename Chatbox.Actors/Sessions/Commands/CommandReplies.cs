using Akka.Actor;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Commands;

/// <summary>Replies to the sender of the current command, and queues the <c>ack</c> frame if the sender is a viewer.</summary>
internal sealed class CommandReplies(LoadedSession session, SessionViewers viewers, IActorContext context)
{
    private IActorRef Sender => context.Sender;

    /// <summary>The command is in the journal.</summary>
    /// <param name="named">The client gave the command id and waits for an <c>ack</c>.</param>
    public void Accept(IIdentifiedCommand command, bool named)
    {
        viewers.Acknowledge(Sender, session.State.Acknowledged(command)!, named);
        Sender.Tell(new CommandAccepted(session.Id, command.CommandId, Repeated: false));
    }

    /// <summary>The command took effect before: its sender gets the first acknowledgement again.</summary>
    public void Repeat(IIdentifiedCommand command, Acknowledgement known, bool named)
    {
        viewers.Acknowledge(Sender, known, named);
        Sender.Tell(
            new CommandAccepted(session.Id, command.CommandId, Repeated: true)
            {
                Ack = named && command is IClientCommand { Permission.OnlyIfKnown: true } ? viewers.Ack(known) : default,
            }
        );
    }

    /// <summary>The command asks for what is so already, since this place and time.</summary>
    public void AcceptWithoutEffect(IIdentifiedCommand command, long seq, DateTimeOffset at, bool named)
    {
        viewers.Acknowledge(Sender, new Acknowledgement(command.CommandId, seq, null, at), named);
        Sender.Tell(new CommandAccepted(session.Id, command.CommandId, Repeated: true));
    }

    public void Refuse(IIdentifiedCommand command, Refusal reason, TimeSpan? retryAfter = null, Ending? ending = null)
    {
        var holder = reason is Refusal.HeldByAnother or Refusal.NotHolder ? session.State.Assistance.Holder : null;
        Sender.Tell(
            new CommandRefused(session.Id, command.CommandId, reason, retryAfter)
            {
                Ending = ending,
                Holder = holder is null ? null : new HolderName(holder.AdminId, holder.Name),
            }
        );
    }
}
