using static Chatbox.Messages.HelpDesk.HelpDeskProtocol;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;
using Rating = Chatbox.Messages.Sessions.Rating;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of requests for help, of ratings, and of the messages between sessions and the help desk.</summary>
internal static class HelpRows
{
    public static WireTable WithHelp(this WireTable table) =>
        table
            .Proto(
                "session.request-help.v1",
                Proto.RequestHelp.Parser,
                (RequestHelp m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        Named = m.Named,
                        UserId = m.UserId.Value,
                        Permission = Write(m.Permission),
                    },
                p => new RequestHelp(new SessionId(p.SessionId), new CommandId(p.CommandId), p.Named, new UserId(p.UserId))
                {
                    Permission = Read(p.Permission),
                }
            )
            .Proto(
                "session.help-requested.v1",
                Proto.HelpRequested.Parser,
                (HelpRequested e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        CommandId = e.CommandId.Value,
                        At = Write(e.At),
                    },
                p => new HelpRequested(new SessionId(p.SessionId), new CommandId(p.CommandId), Time(p.At))
            )
            .Proto("session.rate-conversation.v1", Proto.RateConversation.Parser, WriteRate, ReadRate)
            .Proto("session.conversation-rated.v1", Proto.ConversationRated.Parser, WriteRated, ReadRated)
            .Proto("helpdesk.report-help.v1", Proto.ReportHelp.Parser, WriteReport, ReadReport)
            .Proto(
                "helpdesk.help-reported.v1",
                Proto.HelpReported.Parser,
                (HelpReported m) => new() { SessionId = m.SessionId.Value, Seq = m.Seq },
                p => new HelpReported(new SessionId(p.SessionId), p.Seq)
            )
            .Proto("helpdesk.show-queue-place.v1", Proto.ShowQueuePlace.Parser, WritePlace, ReadPlace);

    private static Proto.RateConversation WriteRate(RateConversation m)
    {
        var proto = new Proto.RateConversation
        {
            SessionId = m.SessionId.Value,
            CommandId = m.CommandId.Value,
            Named = m.Named,
            UserId = m.UserId.Value,
            Rating = (int)m.Rating,
            Permission = Write(m.Permission),
        };
        if (m.MessageId is { } message)
            proto.MessageId = message.Value;
        if (m.Comment is { } comment)
            proto.Comment = comment;
        return proto;
    }

    private static RateConversation ReadRate(Proto.RateConversation p) =>
        new(
            new SessionId(p.SessionId),
            new CommandId(p.CommandId),
            p.Named,
            new UserId(p.UserId),
            p.HasMessageId ? new MessageId(p.MessageId) : null,
            (Rating)p.Rating,
            p.HasComment ? p.Comment : null
        )
        {
            Permission = Read(p.Permission),
        };

    private static Proto.ConversationRated WriteRated(ConversationRated e)
    {
        var proto = new Proto.ConversationRated
        {
            SessionId = e.SessionId.Value,
            CommandId = e.CommandId.Value,
            Rating = (int)e.Rating,
            At = Write(e.At),
        };
        if (e.MessageId is { } message)
            proto.MessageId = message.Value;
        if (e.Comment is { } comment)
            proto.Comment = comment;
        return proto;
    }

    private static ConversationRated ReadRated(Proto.ConversationRated p) =>
        new(
            new SessionId(p.SessionId),
            new CommandId(p.CommandId),
            p.HasMessageId ? new MessageId(p.MessageId) : null,
            (Rating)p.Rating,
            p.HasComment ? p.Comment : null,
            Time(p.At)
        );

    private static Proto.ReportHelp WriteReport(ReportHelp m) =>
        new()
        {
            SessionId = m.SessionId.Value,
            Seq = m.Seq,
            Owner = m.Owner.Value ?? "", // the owner of an erased session is nobody
            Standing = HelpDeskRows.Write(m.Standing),
        };

    private static ReportHelp ReadReport(Proto.ReportHelp p) =>
        new(new SessionId(p.SessionId), p.Seq, new UserId(p.Owner), HelpDeskRows.Read(p.Standing));

    private static Proto.ShowQueuePlace WritePlace(ShowQueuePlace m)
    {
        var proto = new Proto.ShowQueuePlace
        {
            SessionId = m.SessionId.Value,
            Place = m.Place,
            Waiting = m.Waiting,
        };
        if (m.Notice is { } notice)
            proto.Notice = notice;
        return proto;
    }

    private static ShowQueuePlace ReadPlace(Proto.ShowQueuePlace p) =>
        new(new SessionId(p.SessionId), p.Place, p.Waiting, p.HasNotice ? p.Notice : null);
}
