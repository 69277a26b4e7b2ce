using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>The people who take part in a simulated session.</summary>
internal sealed class SimulatedPeople(SimulatedSession session)
{
    private int _names;

    /// <summary>The holder writes a message.</summary>
    public bool Write(SimulatedClient sender, string content)
    {
        if (session.State.Assistance.Holder is not { AdminId: var holder })
            return false;
        var command = new CommandId($"p{_names++}");
        session.Journal(
            new AdminMessageSent(
                SimulatedSession.Id,
                command,
                new MessageId($"w{_names}"),
                content,
                SimulatedSession.NoMetadata,
                SimulatedSession.Start,
                SimulatedSession.Start
            )
        );
        if (session.Acknowledge(sender, command, holder))
            sender.Says(command, content);
        session.PumpAll();
        return true;
    }

    public void Note(SimulatedClient sender, string content)
    {
        var (command, admin) = (new CommandId($"p{_names++}"), new UserId("noting"));
        session.Journal(
            new NoteAdded(SimulatedSession.Id, command, new MessageId($"n{_names}"), admin, "Noting", content, SimulatedSession.Start)
        );
        if (session.Acknowledge(sender, command, admin))
            sender.Says(command, content);
        session.PumpAll();
    }

    public void TakeOver(UserId admin)
    {
        var command = new TakeOver(SimulatedSession.Id, new CommandId($"p{_names++}"), admin, admin.Value);
        if (session.State.Refuse(command, SimulatedSession.Start) is not null || session.State.IsHeldBy(admin))
            return;
        foreach (var @event in session.State.TakenOverBy(command, session.Answer?.TakeCheckpoint(), default, SimulatedSession.Start))
            session.Journal(@event);
        session.Answer = null;
        session.PumpAll();
    }

    public void Offer(UserId to)
    {
        if (session.State.Assistance.Holder is not null)
            session.Journal(new TransferOffered(SimulatedSession.Id, new CommandId($"p{_names++}"), to, SimulatedSession.Start));
    }

    public void Release(ReleaseReason reason)
    {
        if (session.State.Assistance.Holder is null)
            return;
        session.Journal(session.State.Release(reason, SimulatedSession.Start));
        session.PumpAll();
    }

    public void RequestHelp() =>
        session.Journal(new HelpRequested(SimulatedSession.Id, new CommandId($"p{_names++}"), SimulatedSession.Start));

    /// <summary>What a person said; null for an item that no person said.</summary>
    public static string? TextOfPerson(SessionItem item) =>
        item switch
        {
            UserItem message => message.Content,
            AdminItem message => message.Content,
            NoteItem note => note.Content,
            _ => null,
        };
}
