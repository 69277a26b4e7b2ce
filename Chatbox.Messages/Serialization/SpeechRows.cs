using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows about answers that are spoken.</summary>
internal static class SpeechRows
{
    public static WireTable WithSpeech(this WireTable table) =>
        table
            .Proto("session.speech-requested.v1", Proto.SpeechRequested.Parser, Write, Read)
            .Proto("session.speech-finished.v1", Proto.SpeechFinished.Parser, Write, Read);

    public static Proto.SpeechItem Write(SpeechItem item)
    {
        var proto = new Proto.SpeechItem
        {
            Seq = item.Seq,
            MessageId = item.MessageId.Value,
            Of = item.Of.Value,
            File = MessageFilesRow.Write(item.File),
            Cut = item.IsCut,
            At = WireValues.Write(item.At),
        };
        if (item.Failure is { } failure)
            proto.Failure = (int)failure;
        return proto;
    }

    public static SpeechItem Read(Proto.SpeechItem p) =>
        new(
            p.Seq,
            new MessageId(p.MessageId),
            new MessageId(p.Of),
            MessageFilesRow.Read(p.File),
            p.HasFailure ? (SpeechFailure)p.Failure : null,
            p.Cut,
            Time(p.At)
        );

    private static Proto.SpeechRequested Write(SpeechRequested e) =>
        new()
        {
            SessionId = e.SessionId.Value,
            MessageId = e.MessageId.Value,
            At = WireValues.Write(e.At),
        };

    private static SpeechRequested Read(Proto.SpeechRequested p) => new(new SessionId(p.SessionId), new MessageId(p.MessageId), Time(p.At));

    private static Proto.SpeechFinished Write(SpeechFinished e)
    {
        var proto = new Proto.SpeechFinished
        {
            SessionId = e.SessionId.Value,
            MessageId = e.MessageId.Value,
            Of = e.Of.Value,
            File = MessageFilesRow.Write(e.File),
            Cut = e.IsCut,
            At = WireValues.Write(e.At),
        };
        if (e.Failure is { } failure)
            proto.Failure = (int)failure;
        return proto;
    }

    private static SpeechFinished Read(Proto.SpeechFinished p) =>
        new(
            new SessionId(p.SessionId),
            new MessageId(p.MessageId),
            new MessageId(p.Of),
            MessageFilesRow.Read(p.File),
            p.HasFailure ? (SpeechFailure)p.Failure : null,
            p.Cut,
            Time(p.At)
        );
}
