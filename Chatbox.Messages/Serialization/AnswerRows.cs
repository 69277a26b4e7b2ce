using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The journal's rows for the opening of a session, the events of its answers, and its snapshot.</summary>
internal static class AnswerRows
{
    public static WireTable WithAnswers(this WireTable table) =>
        table
            .Proto(
                "session.opened.v1",
                Proto.SessionOpened.Parser,
                (SessionOpened e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        UserId = e.UserId.Value,
                        ModelId = e.ModelId.Value,
                        At = Write(e.At),
                        Epoch = e.Epoch,
                    },
                p => new SessionOpened(new SessionId(p.SessionId), new UserId(p.UserId), new ModelId(p.ModelId), Time(p.At))
                {
                    Epoch = p.Epoch,
                }
            )
            .Proto(
                "session.answer-checkpointed.v1",
                Proto.AnswerCheckpointed.Parser,
                WriteCheckpoint,
                p => new AnswerCheckpointed(new SessionId(p.SessionId), new MessageId(p.MessageId), p.Offset, p.Text, Time(p.At))
                {
                    StreamsFrom = p.HasStreamsFrom ? p.StreamsFrom : null,
                }
            )
            .Proto(
                "session.answer-resumed.v1",
                Proto.AnswerResumed.Parser,
                (AnswerResumed e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        MessageId = e.MessageId.Value,
                        Offset = e.Offset,
                        At = Write(e.At),
                    },
                p => new AnswerResumed(new SessionId(p.SessionId), new MessageId(p.MessageId), p.Offset, Time(p.At))
            )
            .Proto(
                "session.answer-withdrawn.v1",
                Proto.AnswerWithdrawn.Parser,
                (AnswerWithdrawn e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        MessageId = e.MessageId.Value,
                        Offset = e.Offset,
                        At = Write(e.At),
                    },
                p => new AnswerWithdrawn(new SessionId(p.SessionId), new MessageId(p.MessageId), p.Offset, Time(p.At))
            )
            .Proto("session.answer-finished.v1", Proto.AnswerFinished.Parser, WriteFinished, ReadFinished)
            .Proto("session.snapshot.v1", Proto.SessionSnapshot.Parser, SessionSnapshotRow.Write, SessionSnapshotRow.Read);

    private static Proto.AnswerCheckpointed WriteCheckpoint(AnswerCheckpointed e)
    {
        var proto = new Proto.AnswerCheckpointed
        {
            SessionId = e.SessionId.Value,
            MessageId = e.MessageId.Value,
            Offset = e.Offset,
            Text = e.Text,
            At = Write(e.At),
        };
        if (e.StreamsFrom is { } node)
            proto.StreamsFrom = node;
        return proto;
    }

    private static Proto.AnswerFinished WriteFinished(AnswerFinished e)
    {
        var proto = new Proto.AnswerFinished
        {
            SessionId = e.SessionId.Value,
            MessageId = e.MessageId.Value,
            Offset = e.Offset,
            Text = e.Text,
            Reason = (int)e.Reason,
            Usage = Write(e.Usage),
            At = Write(e.At),
        };
        if (e.CommandId is { } command)
            proto.CommandId = command.Value;
        if (e.ErrorCode is { } error)
            proto.ErrorCode = error;
        if (e.ProviderConversation is { } conversation)
            proto.ProviderConversation = conversation;
        if (e.ResponseTime is { } time)
            proto.ResponseTime = time.Ticks;
        if (e.PromptMessages is { } messages)
            proto.PromptMessages = messages;
        return proto;
    }

    private static AnswerFinished ReadFinished(Proto.AnswerFinished p) =>
        new(
            new SessionId(p.SessionId),
            p.HasCommandId ? new CommandId(p.CommandId) : null,
            new MessageId(p.MessageId),
            p.Offset,
            p.Text,
            (FinishReason)p.Reason,
            Read(p.Usage),
            p.HasErrorCode ? p.ErrorCode : null,
            p.HasProviderConversation ? p.ProviderConversation : null,
            Time(p.At)
        )
        {
            ResponseTime = p.HasResponseTime ? Duration(p.ResponseTime) : null,
            PromptMessages = p.HasPromptMessages ? p.PromptMessages : null,
        };
}
