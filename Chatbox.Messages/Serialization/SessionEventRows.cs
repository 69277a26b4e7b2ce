using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The session's journal. Its bytes outlive every release: see the golden files of the tests.</summary>
internal static class SessionEventRows
{
    public static WireTable WithSessionEvents(this WireTable table) =>
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
                "session.message-submitted.v1",
                Proto.MessageSubmitted.Parser,
                (MessageSubmitted e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        CommandId = e.CommandId.Value,
                        MessageId = e.MessageId.Value,
                        AnswerId = e.AnswerId.Value,
                        UserId = e.UserId.Value,
                        Content = e.Content,
                        Metadata = { e.Metadata },
                        SentAt = Write(e.SentAt),
                        At = Write(e.At),
                    },
                p => new MessageSubmitted(
                    new SessionId(p.SessionId),
                    new CommandId(p.CommandId),
                    new MessageId(p.MessageId),
                    new MessageId(p.AnswerId),
                    new UserId(p.UserId),
                    p.Content,
                    Read(p.Metadata),
                    Time(p.SentAt),
                    Time(p.At)
                )
            )
            .Proto(
                "session.model-selected.v1",
                Proto.ModelSelected.Parser,
                (ModelSelected e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        CommandId = e.CommandId.Value,
                        ModelId = e.ModelId.Value,
                        At = Write(e.At),
                    },
                p => new ModelSelected(new SessionId(p.SessionId), new CommandId(p.CommandId), new ModelId(p.ModelId), Time(p.At))
            )
            .Proto(
                "session.answer-checkpointed.v1",
                Proto.AnswerCheckpointed.Parser,
                (AnswerCheckpointed e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        MessageId = e.MessageId.Value,
                        Offset = e.Offset,
                        Text = e.Text,
                        At = Write(e.At),
                    },
                p => new AnswerCheckpointed(new SessionId(p.SessionId), new MessageId(p.MessageId), p.Offset, p.Text, Time(p.At))
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
            .Proto(
                "session.answer-regenerated.v1",
                Proto.AnswerRegenerated.Parser,
                (AnswerRegenerated e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        CommandId = e.CommandId.Value,
                        QuestionId = e.QuestionId.Value,
                        AnswerId = e.AnswerId.Value,
                        At = Write(e.At),
                    },
                p => new AnswerRegenerated(
                    new SessionId(p.SessionId),
                    new CommandId(p.CommandId),
                    new MessageId(p.QuestionId),
                    new MessageId(p.AnswerId),
                    Time(p.At)
                )
            )
            .Proto(
                "session.nothing-to-stop.v1",
                Proto.NothingToStop.Parser,
                (NothingToStop e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        CommandId = e.CommandId.Value,
                        At = Write(e.At),
                    },
                p => new NothingToStop(new SessionId(p.SessionId), new CommandId(p.CommandId), Time(p.At))
            )
            .Proto("session.snapshot.v1", Proto.SessionSnapshot.Parser, SessionSnapshotRow.Write, SessionSnapshotRow.Read)
            .WithSealedRows();

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
