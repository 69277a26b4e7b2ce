using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Serialization.WireValues;

namespace Chatbox.Messages.Serialization;

/// <summary>Converts the people's part of a session's snapshot to and from protobuf: who helps, and the items that people made.</summary>
internal static class SessionAssistanceRow
{
    public static Proto.Assistance Write(SessionAssistance a)
    {
        var proto = new Proto.Assistance
        {
            SeenByOwner = a.SeenByOwner,
            SeenByAdmin = a.SeenByAdmin,
            ChangedAt = a.ChangedAt,
        };
        if (a.Help is { } help)
            proto.Help = Write(help);
        if (a.Holder is { } holder)
            proto.Holder = Write(holder);
        if (a.Offer is { } offer)
            proto.Offer = new Proto.Assistance.Types.Offer { To = offer.To.Value, At = WireValues.Write(offer.At) };
        if (a.WaitingSince is { } waiting)
            proto.WaitingSince = WireValues.Write(waiting);
        if (a.Rating is { } rating)
            proto.Rating = (int)rating;
        return proto;
    }

    public static SessionAssistance Read(Proto.Assistance a) =>
        new(
            a.Help is { } help ? Read(help) : null,
            a.Holder is { } holder ? Read(holder) : null,
            a.Offer is { } offer ? new TransferOffer(new UserId(offer.To), Time(offer.At)) : null
        )
        {
            WaitingSince = a.HasWaitingSince ? Time(a.WaitingSince) : null,
            SeenByOwner = a.SeenByOwner,
            SeenByAdmin = a.SeenByAdmin,
            Rating = a.HasRating ? (Rating)a.Rating : null,
            ChangedAt = a.ChangedAt,
        };

    public static Proto.AdminItem Write(AdminItem i)
    {
        var proto = new Proto.AdminItem
        {
            Seq = i.Seq,
            MessageId = i.MessageId.Value,
            AdminId = i.AdminId.Value,
            AdminName = i.AdminName,
            Content = i.Content,
            Metadata = { i.Metadata },
            SentAt = WireValues.Write(i.SentAt),
            At = WireValues.Write(i.At),
            Files = MessageFilesRow.Write(i.Files),
        };
        if (i.Rating is { } rating)
            proto.Rating = (int)rating;
        return proto;
    }

    public static AdminItem Read(Proto.AdminItem i) =>
        new(
            i.Seq,
            new MessageId(i.MessageId),
            new UserId(i.AdminId),
            i.AdminName,
            i.Content,
            WireValues.Read(i.Metadata),
            Time(i.SentAt),
            Time(i.At)
        )
        {
            Rating = i.HasRating ? (Rating)i.Rating : null,
            Files = MessageFilesRow.Read(i.Files),
        };

    public static Proto.AdminJoinedItem Write(AdminJoinedItem i) =>
        new()
        {
            Seq = i.Seq,
            MessageId = i.MessageId.Value,
            AdminId = i.AdminId.Value,
            AdminName = i.AdminName,
            At = WireValues.Write(i.At),
        };

    public static AdminJoinedItem Read(Proto.AdminJoinedItem i) =>
        new(i.Seq, new MessageId(i.MessageId), new UserId(i.AdminId), i.AdminName, Time(i.At));

    public static Proto.AdminLeftItem Write(AdminLeftItem i) =>
        new()
        {
            Seq = i.Seq,
            MessageId = i.MessageId.Value,
            AdminId = i.AdminId.Value,
            AdminName = i.AdminName,
            Reason = (int)i.Reason,
            At = WireValues.Write(i.At),
        };

    public static AdminLeftItem Read(Proto.AdminLeftItem i) =>
        new(i.Seq, new MessageId(i.MessageId), new UserId(i.AdminId), i.AdminName, (ReleaseReason)i.Reason, Time(i.At));

    public static Proto.NoteItem Write(NoteItem i) =>
        new()
        {
            Seq = i.Seq,
            MessageId = i.MessageId.Value,
            AdminId = i.AdminId.Value,
            AdminName = i.AdminName,
            Content = i.Content,
            At = WireValues.Write(i.At),
        };

    public static NoteItem Read(Proto.NoteItem i) =>
        new(i.Seq, new MessageId(i.MessageId), new UserId(i.AdminId), i.AdminName, i.Content, Time(i.At));

    private static Proto.Assistance.Types.Help Write(HelpRequest h)
    {
        var proto = new Proto.Assistance.Types.Help
        {
            Incident = h.Incident,
            RequestedAt = WireValues.Write(h.RequestedAt),
            QueuedAt = WireValues.Write(h.QueuedAt),
        };
        if (h.FirstReplyAt is { } reply)
            proto.FirstReplyAt = WireValues.Write(reply);
        return proto;
    }

    private static HelpRequest Read(Proto.Assistance.Types.Help h) =>
        new(h.Incident, Time(h.RequestedAt), Time(h.QueuedAt)) { FirstReplyAt = h.HasFirstReplyAt ? Time(h.FirstReplyAt) : null };

    private static Proto.Assistance.Types.Holder Write(SessionHolder h)
    {
        var proto = new Proto.Assistance.Types.Holder
        {
            AdminId = h.AdminId.Value,
            Name = h.Name,
            Seq = h.Seq,
            TakenAt = WireValues.Write(h.TakenAt),
            HasWritten = h.HasWritten,
        };
        if (h.AwaySince is { } away)
            proto.AwaySince = WireValues.Write(away);
        return proto;
    }

    private static SessionHolder Read(Proto.Assistance.Types.Holder h) =>
        new(new UserId(h.AdminId), h.Name, h.Seq, Time(h.TakenAt))
        {
            HasWritten = h.HasWritten,
            AwaySince = h.HasAwaySince ? Time(h.AwaySince) : null,
        };
}
