using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows about files that models return.</summary>
internal static class ReturnedFileRows
{
    public static WireTable WithReturnedFiles(this WireTable table) =>
        table.Proto(
            "session.file-returned.v1",
            Proto.FileReturned.Parser,
            (FileReturned e) =>
                new()
                {
                    SessionId = e.SessionId.Value,
                    MessageId = e.MessageId.Value,
                    Of = e.Of.Value,
                    Returned = Write(e.Returned),
                    At = WireValues.Write(e.At),
                },
            p => new FileReturned(new SessionId(p.SessionId), new MessageId(p.MessageId), new MessageId(p.Of), Read(p.Returned), Time(p.At))
        );

    public static Proto.ReturnedFileItem Write(ReturnedFileItem item) =>
        new()
        {
            Seq = item.Seq,
            MessageId = item.MessageId.Value,
            Of = item.Of.Value,
            Returned = Write(item.Returned),
            At = WireValues.Write(item.At),
        };

    public static ReturnedFileItem Read(Proto.ReturnedFileItem p) =>
        new(p.Seq, new MessageId(p.MessageId), new MessageId(p.Of), Read(p.Returned), Time(p.At));

    internal static Proto.ReturnedFile Write(ReturnedFile returned)
    {
        var proto = new Proto.ReturnedFile { Name = returned.Name };
        if (returned.File is { } file)
            proto.File = MessageFilesRow.Write(file);
        if (returned.Refusal is { } refusal)
            proto.Refusal = refusal;
        if (returned.Fault is { } fault)
            proto.Fault = fault;
        return proto;
    }

    internal static ReturnedFile Read(Proto.ReturnedFile p) =>
        new(p.Name, p.File is null ? null : MessageFilesRow.Read(p.File), p.HasRefusal ? p.Refusal : null)
        {
            Fault = p.HasFault ? p.Fault : null,
        };
}
