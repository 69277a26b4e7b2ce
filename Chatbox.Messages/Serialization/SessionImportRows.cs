using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of imported conversations, and the form of an imported item inside a snapshot.</summary>
internal static class SessionImportRows
{
    public static WireTable WithSessionImport(this WireTable table) =>
        table
            .Proto(
                "session.imported.v1",
                Proto.SessionImported.Parser,
                (SessionImported e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        UserId = e.UserId.Value,
                        ModelId = e.ModelId.Value,
                        Totals = SessionSnapshotRow.Write(e.Totals),
                        At = WireValues.Write(e.At),
                    },
                p => new SessionImported(
                    new SessionId(p.SessionId),
                    new UserId(p.UserId),
                    new ModelId(p.ModelId),
                    SessionSnapshotRow.Read(p.Totals),
                    Time(p.At)
                )
            )
            .Proto("session.message-imported.v1", Proto.MessageImported.Parser, WriteMessage, ReadMessage);

    public static Proto.ImportedItem Write(ImportedItem item)
    {
        var proto = new Proto.ImportedItem
        {
            Seq = item.Seq,
            MessageId = item.MessageId.Value,
            Sender = (int)item.Sender,
            Content = item.Content,
            Metadata = { item.Metadata },
            At = WireValues.Write(item.At),
        };
        if (item.ModelId is { } model)
            proto.ModelId = model.Value;
        if (item.FileId is { } file)
            proto.FileId = file;
        if (item.FileUrl is { } url)
            proto.FileUrl = url;
        return proto;
    }

    public static ImportedItem Read(Proto.ImportedItem p) =>
        new(
            p.Seq,
            new MessageId(p.MessageId),
            (ImportedSender)p.Sender,
            p.Content,
            WireValues.Read(p.Metadata),
            p.HasModelId ? new ModelId(p.ModelId) : null,
            p.HasFileId ? p.FileId : null,
            p.HasFileUrl ? p.FileUrl : null,
            Time(p.At)
        );

    private static Proto.MessageImported WriteMessage(MessageImported e)
    {
        var proto = new Proto.MessageImported
        {
            SessionId = e.SessionId.Value,
            MessageId = e.MessageId.Value,
            Sender = (int)e.Sender,
            Content = e.Content,
            Metadata = { e.Metadata },
            At = WireValues.Write(e.At),
        };
        if (e.ModelId is { } model)
            proto.ModelId = model.Value;
        if (e.FileId is { } file)
            proto.FileId = file;
        if (e.FileUrl is { } url)
            proto.FileUrl = url;
        return proto;
    }

    private static MessageImported ReadMessage(Proto.MessageImported p) =>
        new(
            new SessionId(p.SessionId),
            new MessageId(p.MessageId),
            (ImportedSender)p.Sender,
            p.Content,
            WireValues.Read(p.Metadata),
            p.HasModelId ? new ModelId(p.ModelId) : null,
            p.HasFileId ? p.FileId : null,
            p.HasFileUrl ? p.FileUrl : null,
            Time(p.At)
        );
}
