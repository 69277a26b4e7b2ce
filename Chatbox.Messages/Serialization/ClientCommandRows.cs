using Google.Protobuf;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of clients' commands, each with the event that the session journals for it, and of the session's replies.</summary>
internal static class ClientCommandRows
{
    public static WireTable WithClientCommands(this WireTable table) =>
        table
            .Proto("session.submit-message.v1", Proto.SubmitMessage.Parser, WriteSubmit, ReadSubmit)
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
                        Files = MessageFilesRow.Write(e.Files),
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
                {
                    Files = MessageFilesRow.Read(p.Files),
                }
            )
            .Proto(
                "session.select-model.v1",
                Proto.SelectModel.Parser,
                (SelectModel m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        Named = m.Named,
                        UserId = m.UserId.Value,
                        ModelId = m.ModelId.Value,
                        Permission = Write(m.Permission),
                    },
                p => new SelectModel(
                    new SessionId(p.SessionId),
                    new CommandId(p.CommandId),
                    p.Named,
                    new UserId(p.UserId),
                    new ModelId(p.ModelId)
                )
                {
                    Permission = Read(p.Permission),
                }
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
            .Proto("session.regenerate-answer.v1", Proto.RegenerateAnswer.Parser, WriteRegenerate, ReadRegenerate)
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
            .Proto("session.stop-answer.v1", Proto.StopAnswer.Parser, WriteStop, ReadStop)
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
            .Proto(
                "session.command-accepted.v1",
                Proto.CommandAccepted.Parser,
                (CommandAccepted m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        Repeated = m.Repeated,
                        Ack = UnsafeByteOperations.UnsafeWrap(m.Ack),
                    },
                p => new CommandAccepted(new SessionId(p.SessionId), new CommandId(p.CommandId), p.Repeated) { Ack = p.Ack.Memory }
            )
            .Proto("session.command-refused.v1", Proto.CommandRefused.Parser, WriteRefused, ReadRefused);

    private static Proto.SubmitMessage WriteSubmit(SubmitMessage m)
    {
        var proto = new Proto.SubmitMessage
        {
            SessionId = m.SessionId.Value,
            CommandId = m.CommandId.Value,
            Named = m.Named,
            UserId = m.UserId.Value,
            Content = m.Content,
            Metadata = { m.Metadata },
            SentAt = Write(m.SentAt),
            Permission = Write(m.Permission),
            Files = MessageFilesRow.Write(m.Files),
        };
        if (m.Admission.RetryAfter is { } wait)
            proto.RetryAfter = wait.Ticks;
        if (m.TraceParent is { } parent)
            proto.TraceParent = parent;
        return proto;
    }

    private static SubmitMessage ReadSubmit(Proto.SubmitMessage p) =>
        new(
            new SessionId(p.SessionId),
            new CommandId(p.CommandId),
            p.Named,
            new UserId(p.UserId),
            p.Content,
            Read(p.Metadata),
            Time(p.SentAt),
            new Admission(p.HasRetryAfter ? Duration(p.RetryAfter) : null)
        )
        {
            TraceParent = p.HasTraceParent ? p.TraceParent : null,
            Permission = Read(p.Permission),
            Files = MessageFilesRow.Read(p.Files),
        };

    private static Proto.RegenerateAnswer WriteRegenerate(RegenerateAnswer m)
    {
        var proto = new Proto.RegenerateAnswer
        {
            SessionId = m.SessionId.Value,
            CommandId = m.CommandId.Value,
            Named = m.Named,
            UserId = m.UserId.Value,
            Permission = Write(m.Permission),
        };
        if (m.Admission.RetryAfter is { } wait)
            proto.RetryAfter = wait.Ticks;
        if (m.TraceParent is { } parent)
            proto.TraceParent = parent;
        return proto;
    }

    private static RegenerateAnswer ReadRegenerate(Proto.RegenerateAnswer p) =>
        new(
            new SessionId(p.SessionId),
            new CommandId(p.CommandId),
            p.Named,
            new UserId(p.UserId),
            new Admission(p.HasRetryAfter ? Duration(p.RetryAfter) : null)
        )
        {
            TraceParent = p.HasTraceParent ? p.TraceParent : null,
            Permission = Read(p.Permission),
        };

    private static Proto.StopAnswer WriteStop(StopAnswer m)
    {
        var proto = new Proto.StopAnswer
        {
            SessionId = m.SessionId.Value,
            CommandId = m.CommandId.Value,
            Named = m.Named,
            UserId = m.UserId.Value,
        };
        proto.Permission = Write(m.Permission);
        if (m.MessageId is { } message)
            proto.MessageId = message.Value;
        return proto;
    }

    private static StopAnswer ReadStop(Proto.StopAnswer p) =>
        new(new SessionId(p.SessionId), new CommandId(p.CommandId), p.Named, new UserId(p.UserId))
        {
            MessageId = p.HasMessageId ? new MessageId(p.MessageId) : null,
            Permission = Read(p.Permission),
        };

    private static Proto.CommandRefused WriteRefused(CommandRefused m)
    {
        var proto = new Proto.CommandRefused
        {
            SessionId = m.SessionId.Value,
            CommandId = m.CommandId.Value,
            Reason = (int)m.Reason,
        };
        if (m.RetryAfter is { } wait)
            proto.RetryAfter = wait.Ticks;
        if (m.Ending is { } ending)
            proto.Ending = (int)ending;
        if (m.Holder is { } holder)
            proto.Holder = new Proto.HolderName { AdminId = holder.AdminId.Value, Name = holder.Name };
        return proto;
    }

    private static CommandRefused ReadRefused(Proto.CommandRefused p) =>
        new(new SessionId(p.SessionId), new CommandId(p.CommandId), (Refusal)p.Reason, p.HasRetryAfter ? Duration(p.RetryAfter) : null)
        {
            Ending = p.HasEnding ? (Ending)p.Ending : null,
            Holder = p.Holder is { } holder ? new HolderName(new UserId(holder.AdminId), holder.Name) : null,
        };
}
