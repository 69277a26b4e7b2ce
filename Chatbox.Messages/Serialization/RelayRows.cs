using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.RelayProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the messages about an answer that streams from the node that its session left.</summary>
internal static class RelayRows
{
    public static WireTable WithRelays(this WireTable table) =>
        table
            .Proto(
                "relay.attach-answer.v1",
                Proto.AttachAnswer.Parser,
                (AttachAnswer m) =>
                    new()
                    {
                        AnswerId = m.AnswerId.Value,
                        Attempt = m.Attempt,
                        Length = m.Length,
                    },
                p => new AttachAnswer(new MessageId(p.AnswerId), p.Attempt, p.Length)
            )
            .AnswerOnly("relay.answer-attached.v1", (id, attempt) => new AnswerAttached(id, attempt))
            .AnswerOnly("relay.answer-gone.v1", (id, attempt) => new AnswerGone(id, attempt))
            .AnswerOnly("relay.cancel.v1", (id, attempt) => new CancelRelay(id, attempt))
            .Proto("relay.part.v1", Proto.RelayedPart.Parser, WritePart, ReadPart)
            .Proto(
                "relay.part-taken.v1",
                Proto.PartTaken.Parser,
                (PartTaken m) =>
                    new()
                    {
                        AnswerId = m.AnswerId.Value,
                        Attempt = m.Attempt,
                        Number = m.Number,
                    },
                p => new PartTaken(new MessageId(p.AnswerId), p.Attempt, p.Number)
            );

    private static WireTable AnswerOnly<T>(this WireTable table, string manifest, Func<MessageId, int, T> read)
        where T : IRelayMessage =>
        table.Proto(
            manifest,
            Proto.RelayedAnswer.Parser,
            (T m) => new Proto.RelayedAnswer { AnswerId = m.AnswerId.Value, Attempt = m.Attempt },
            p => read(new MessageId(p.AnswerId), p.Attempt)
        );

    private static Proto.RelayedPart WritePart(RelayedPart part)
    {
        var proto = new Proto.RelayedPart
        {
            AnswerId = part.AnswerId.Value,
            Attempt = part.Attempt,
            Number = part.Number,
            Replaces = part.Replaces,
        };
        if (part.Text is { } text)
            proto.Text = text;
        if (part.Thinking is { } thinking)
            proto.Thinking = thinking;
        if (part.File is { } file)
            proto.File = ReturnedFileRows.Write(file);
        if (part.Reading is { } reading)
            proto.Reading = new Proto.RelayedReading
            {
                Missed = { reading.Missed.Select(missed => MessageFilesRow.Write(missed)) },
                PromptTokens = reading.PromptTokens,
            };
        if (part.End is { } end)
            proto.End = Write(end);
        return proto;
    }

    private static RelayedPart ReadPart(Proto.RelayedPart p) =>
        new(new MessageId(p.AnswerId), p.Attempt, p.Number)
        {
            Text = p.HasText ? p.Text : null,
            Replaces = p.Replaces,
            Thinking = p.HasThinking ? p.Thinking : null,
            File = p.File is null ? null : ReturnedFileRows.Read(p.File),
            Reading = p.Reading is null
                ? null
                : new RelayedReading([.. p.Reading.Missed.Select(missed => MessageFilesRow.Read(missed)!)], p.Reading.PromptTokens),
            End = p.End is null ? null : Read(p.End),
        };

    private static Proto.RelayedEnd Write(RelayedEnd end)
    {
        var proto = new Proto.RelayedEnd { Reason = (int)end.Reason };
        if (end.Usage is { } usage)
            proto.Usage = WireValues.Write(usage);
        if (end.ErrorCode is { } error)
            proto.ErrorCode = error;
        if (end.ProviderConversation is { } conversation)
            proto.ProviderConversation = conversation;
        if (end.PromptMessages is { } messages)
            proto.PromptMessages = messages;
        return proto;
    }

    private static RelayedEnd Read(Proto.RelayedEnd p) =>
        new(
            (FinishReason)p.Reason,
            p.Usage is null ? null : WireValues.Read(p.Usage),
            p.HasErrorCode ? p.ErrorCode : null,
            p.HasProviderConversation ? p.ProviderConversation : null,
            p.HasPromptMessages ? p.PromptMessages : null
        );
}
