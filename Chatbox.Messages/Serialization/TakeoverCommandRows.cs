using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the commands with which admins take part in a session.</summary>
internal static class TakeoverCommandRows
{
    public static WireTable WithTakeoverCommands(this WireTable table) =>
        table
            .Proto(
                "session.take-over.v1",
                Proto.TakeOver.Parser,
                (TakeOver m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        UserId = m.UserId.Value,
                        AdminName = m.AdminName,
                        Named = m.Named,
                    },
                p => new TakeOver(new SessionId(p.SessionId), new CommandId(p.CommandId), new UserId(p.UserId), p.AdminName)
                {
                    Named = p.Named,
                }
            )
            .Proto(
                "session.leave-takeover.v1",
                Proto.AdminCommand.Parser,
                (LeaveTakeover m) => Write(m, m.ByOperator),
                p => new LeaveTakeover(new SessionId(p.SessionId), new CommandId(p.CommandId), new UserId(p.UserId))
                {
                    Named = p.Named,
                    ByOperator = p.ByOperator,
                }
            )
            .Proto(
                "session.offer-transfer.v1",
                Proto.OfferTransfer.Parser,
                (OfferTransfer m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        UserId = m.UserId.Value,
                        To = m.To.Value,
                        Named = m.Named,
                    },
                p => new OfferTransfer(new SessionId(p.SessionId), new CommandId(p.CommandId), new UserId(p.UserId), new UserId(p.To))
                {
                    Named = p.Named,
                }
            )
            .Proto(
                "session.decline-transfer.v1",
                Proto.AdminCommand.Parser,
                (DeclineTransfer m) => Write(m, byOperator: false),
                p => new DeclineTransfer(new SessionId(p.SessionId), new CommandId(p.CommandId), new UserId(p.UserId)) { Named = p.Named }
            )
            .Proto(
                "session.submit-admin-message.v1",
                Proto.SubmitAdminMessage.Parser,
                (SubmitAdminMessage m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        Named = m.Named,
                        UserId = m.UserId.Value,
                        Content = m.Content,
                        Metadata = { m.Metadata },
                        SentAt = WireValues.Write(m.SentAt),
                        Files = MessageFilesRow.Write(m.Files),
                    },
                p => new SubmitAdminMessage(
                    new SessionId(p.SessionId),
                    new CommandId(p.CommandId),
                    p.Named,
                    new UserId(p.UserId),
                    p.Content,
                    Read(p.Metadata),
                    Time(p.SentAt)
                )
                {
                    Files = MessageFilesRow.Read(p.Files),
                }
            )
            .Proto(
                "session.add-note.v1",
                Proto.AddNote.Parser,
                (AddNote m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        Named = m.Named,
                        UserId = m.UserId.Value,
                        AdminName = m.AdminName,
                        Content = m.Content,
                    },
                p => new AddNote(
                    new SessionId(p.SessionId),
                    new CommandId(p.CommandId),
                    p.Named,
                    new UserId(p.UserId),
                    p.AdminName,
                    p.Content
                )
            );

    private static Proto.AdminCommand Write(IAdminCommand m, bool byOperator) =>
        new()
        {
            SessionId = m.SessionId.Value,
            CommandId = m.CommandId.Value,
            UserId = m.UserId.Value,
            Named = m.Named,
            ByOperator = byOperator,
        };
}
