using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows about recordings that become text.</summary>
internal static class VoiceRows
{
    public static WireTable WithVoice(this WireTable table) =>
        table
            .Proto("session.transcribe-message.v1", Proto.TranscribeMessage.Parser, Write, Read)
            .Proto("session.transcription-requested.v1", Proto.TranscriptionRequested.Parser, Write, Read)
            .Proto("session.transcription-finished.v1", Proto.TranscriptionFinished.Parser, Write, Read);

    public static Proto.TranscriptItem Write(TranscriptItem item)
    {
        var proto = new Proto.TranscriptItem
        {
            Seq = item.Seq,
            MessageId = item.MessageId.Value,
            Of = item.Of.Value,
            Text = item.Text,
            At = WireValues.Write(item.At),
        };
        if (item.Failure is { } failure)
            proto.Failure = (int)failure;
        return proto;
    }

    public static TranscriptItem Read(Proto.TranscriptItem p) =>
        new(
            p.Seq,
            new MessageId(p.MessageId),
            new MessageId(p.Of),
            p.Text,
            p.HasFailure ? (TranscriptionFailure)p.Failure : null,
            Time(p.At)
        );

    private static Proto.TranscribeMessage Write(TranscribeMessage m)
    {
        var proto = new Proto.TranscribeMessage
        {
            SessionId = m.SessionId.Value,
            CommandId = m.CommandId.Value,
            Named = m.Named,
            UserId = m.UserId.Value,
            MessageId = m.MessageId.Value,
            Permission = WireValues.Write(m.Permission),
        };
        if (m.Admission.RetryAfter is { } wait)
            proto.RetryAfter = wait.Ticks;
        if (m.TraceParent is { } parent)
            proto.TraceParent = parent;
        return proto;
    }

    private static TranscribeMessage Read(Proto.TranscribeMessage p) =>
        new(
            new SessionId(p.SessionId),
            new CommandId(p.CommandId),
            p.Named,
            new UserId(p.UserId),
            new MessageId(p.MessageId),
            new Admission(p.HasRetryAfter ? Duration(p.RetryAfter) : null)
        )
        {
            TraceParent = p.HasTraceParent ? p.TraceParent : null,
            Permission = WireValues.Read(p.Permission),
        };

    private static Proto.TranscriptionRequested Write(TranscriptionRequested e)
    {
        var proto = new Proto.TranscriptionRequested
        {
            SessionId = e.SessionId.Value,
            MessageId = e.MessageId.Value,
            At = WireValues.Write(e.At),
        };
        if (e.CommandId is { } command)
            proto.CommandId = command.Value;
        return proto;
    }

    private static TranscriptionRequested Read(Proto.TranscriptionRequested p) =>
        new(new SessionId(p.SessionId), p.HasCommandId ? new CommandId(p.CommandId) : null, new MessageId(p.MessageId), Time(p.At));

    private static Proto.TranscriptionFinished Write(TranscriptionFinished e)
    {
        var proto = new Proto.TranscriptionFinished
        {
            SessionId = e.SessionId.Value,
            MessageId = e.MessageId.Value,
            Of = e.Of.Value,
            Text = e.Text,
            At = WireValues.Write(e.At),
        };
        if (e.Failure is { } failure)
            proto.Failure = (int)failure;
        return proto;
    }

    private static TranscriptionFinished Read(Proto.TranscriptionFinished p) =>
        new(
            new SessionId(p.SessionId),
            new MessageId(p.MessageId),
            new MessageId(p.Of),
            p.Text,
            p.HasFailure ? (TranscriptionFailure)p.Failure : null,
            Time(p.At)
        );
}
