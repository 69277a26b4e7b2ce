using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Serialization.WireValues;

namespace Chatbox.Messages.Serialization;

/// <summary>Converts a session's snapshot to and from protobuf.</summary>
internal static class SessionSnapshotRow
{
    public static Proto.SessionSnapshot Write(SessionSnapshot s)
    {
        var proto = new Proto.SessionSnapshot
        {
            SessionId = s.SessionId.Value,
            Items = { s.Items.Select(Write) },
            ReplayableAfter = s.ReplayableAfter,
            Running = s.Running is { } running ? Write(running) : null,
            Waiting = { s.Waiting.Select(id => id.Value) },
            Acknowledgements = { s.Acknowledgements.Select(Write) },
        };
        if (s.Owner is { } owner)
            proto.Owner = owner.Value;
        if (s.ModelId is { } model)
            proto.ModelId = model.Value;
        if (s.ProviderConversation is { } conversation)
            proto.ProviderConversation = conversation;
        if (s.Totals is { } totals)
            proto.Totals = Write(totals);
        proto.IndexedThrough = s.IndexedThrough;
        if (s.Life is { } life)
            proto.Life = SessionLifeRows.Write(life);
        proto.Epoch = s.Epoch;
        if (s.Assistance is { } assistance)
            proto.Assistance = SessionAssistanceRow.Write(assistance);
        proto.Transcribing.AddRange(s.Transcribing.Select(id => id.Value));
        proto.Speaking.AddRange(s.Speaking.Select(id => id.Value));
        return proto;
    }

    public static SessionSnapshot Read(Proto.SessionSnapshot p) =>
        new(
            new SessionId(p.SessionId),
            p.HasOwner ? new UserId(p.Owner) : null,
            p.HasModelId ? new ModelId(p.ModelId) : null,
            p.HasProviderConversation ? p.ProviderConversation : null,
            [.. p.Items.Select(Read)],
            p.ReplayableAfter,
            p.Running is null ? null : Read(p.Running),
            [.. p.Waiting.Select(id => new MessageId(id))],
            [.. p.Acknowledgements.Select(Read)]
        )
        {
            Totals = p.Totals is null ? null : Read(p.Totals),
            IndexedThrough = p.IndexedThrough,
            Life = p.Life is null ? null : SessionLifeRows.Read(p.Life),
            Epoch = p.Epoch,
            Assistance = p.Assistance is null ? null : SessionAssistanceRow.Read(p.Assistance),
            Transcribing = [.. p.Transcribing.Select(id => new MessageId(id))],
            Speaking = [.. p.Speaking.Select(id => new MessageId(id))],
        };

    public static Proto.SessionTotals Write(SessionTotals t)
    {
        var proto = new Proto.SessionTotals
        {
            StartTime = WireValues.Write(t.StartTime),
            LastActivity = WireValues.Write(t.LastActivity),
            MessageCount = t.MessageCount,
            TotalTokens = t.TotalTokens,
            MaxResponseTime = t.MaxResponseTime.Ticks,
            TotalResponseTime = t.TotalResponseTime.Ticks,
            ResponseCount = t.ResponseCount,
            HelpRequested = t.HelpRequested,
            AdminAssisted = t.AdminAssisted,
            Takeovers = t.Takeovers,
            HelpRequests = t.HelpRequests,
            RatingsUp = t.RatingsUp,
            RatingsDown = t.RatingsDown,
        };
        if (t.Name is { } name)
            proto.Name = name;
        if (t.AssistingAdminName is { } admin)
            proto.AssistingAdminName = admin;
        return proto;
    }

    public static SessionTotals Read(Proto.SessionTotals t) =>
        new(
            t.HasName ? t.Name : null,
            Time(t.StartTime),
            Time(t.LastActivity),
            t.MessageCount,
            t.TotalTokens,
            Duration(t.MaxResponseTime),
            Duration(t.TotalResponseTime),
            t.ResponseCount
        )
        {
            HelpRequested = t.HelpRequested,
            AdminAssisted = t.AdminAssisted,
            AssistingAdminName = t.HasAssistingAdminName ? t.AssistingAdminName : null,
            Takeovers = t.Takeovers,
            HelpRequests = t.HelpRequests,
            RatingsUp = t.RatingsUp,
            RatingsDown = t.RatingsDown,
        };

    private static Proto.Item Write(SessionItem item) =>
        item switch
        {
            UserItem u => new Proto.Item
            {
                User = new Proto.UserItem
                {
                    Seq = u.Seq,
                    MessageId = u.MessageId.Value,
                    AnswerId = u.AnswerId.Value,
                    Content = u.Content,
                    Metadata = { u.Metadata },
                    SentAt = WireValues.Write(u.SentAt),
                    At = WireValues.Write(u.At),
                    ToPerson = u.ToPerson,
                    Files = MessageFilesRow.Write(u.Files),
                },
            },
            AnswerItem a => new Proto.Item { Answer = Write(a) },
            ImportedItem i => new Proto.Item { Imported = SessionImportRows.Write(i) },
            AdminItem i => new Proto.Item { Admin = SessionAssistanceRow.Write(i) },
            AdminJoinedItem i => new Proto.Item { AdminJoined = SessionAssistanceRow.Write(i) },
            AdminLeftItem i => new Proto.Item { AdminLeft = SessionAssistanceRow.Write(i) },
            NoteItem i => new Proto.Item { Note = SessionAssistanceRow.Write(i) },
            TranscriptItem i => new Proto.Item { Transcript = VoiceRows.Write(i) },
            ReturnedFileItem i => new Proto.Item { ReturnedFile = ReturnedFileRows.Write(i) },
            SpeechItem i => new Proto.Item { Speech = SpeechRows.Write(i) },
            _ => throw new ArgumentException($"A snapshot cannot contain {item.GetType().Name}.", nameof(item)),
        };

    private static Proto.AnswerItem Write(AnswerItem a)
    {
        var proto = new Proto.AnswerItem
        {
            Seq = a.Seq,
            MessageId = a.MessageId.Value,
            QuestionId = a.QuestionId.Value,
            ModelId = a.ModelId.Value,
            Text = a.Text,
            Reason = (int)a.Reason,
            Usage = WireValues.Write(a.Usage),
            At = WireValues.Write(a.At),
            Superseded = a.Superseded,
            Files = a.Files,
        };
        if (a.ResponseTime is { } time)
            proto.ResponseTime = time.Ticks;
        if (a.ErrorCode is { } error)
            proto.ErrorCode = error;
        if (a.RewrittenFrom is { } from)
            proto.RewrittenFrom = from;
        if (a.Rating is { } rating)
            proto.Rating = (int)rating;
        return proto;
    }

    private static SessionItem Read(Proto.Item item) =>
        item.KindCase switch
        {
            Proto.Item.KindOneofCase.User => Read(item.User),
            Proto.Item.KindOneofCase.Answer => Read(item.Answer),
            Proto.Item.KindOneofCase.Imported => SessionImportRows.Read(item.Imported),
            Proto.Item.KindOneofCase.Admin => SessionAssistanceRow.Read(item.Admin),
            Proto.Item.KindOneofCase.AdminJoined => SessionAssistanceRow.Read(item.AdminJoined),
            Proto.Item.KindOneofCase.AdminLeft => SessionAssistanceRow.Read(item.AdminLeft),
            Proto.Item.KindOneofCase.Note => SessionAssistanceRow.Read(item.Note),
            Proto.Item.KindOneofCase.Transcript => VoiceRows.Read(item.Transcript),
            Proto.Item.KindOneofCase.ReturnedFile => ReturnedFileRows.Read(item.ReturnedFile),
            Proto.Item.KindOneofCase.Speech => SpeechRows.Read(item.Speech),
            _ => throw new ArgumentException("The snapshot contains an item of an unknown kind.", nameof(item)),
        };

    private static UserItem Read(Proto.UserItem u) =>
        new(
            u.Seq,
            new MessageId(u.MessageId),
            new MessageId(u.AnswerId),
            u.Content,
            WireValues.Read(u.Metadata),
            Time(u.SentAt),
            Time(u.At)
        )
        {
            ToPerson = u.ToPerson,
            Files = MessageFilesRow.Read(u.Files),
        };

    private static AnswerItem Read(Proto.AnswerItem a) =>
        new(
            a.Seq,
            new MessageId(a.MessageId),
            new MessageId(a.QuestionId),
            new ModelId(a.ModelId),
            a.Text,
            (FinishReason)a.Reason,
            WireValues.Read(a.Usage),
            a.HasErrorCode ? a.ErrorCode : null,
            a.HasRewrittenFrom ? a.RewrittenFrom : null,
            Time(a.At)
        )
        {
            Superseded = a.Superseded,
            ResponseTime = a.HasResponseTime ? Duration(a.ResponseTime) : null,
            Rating = a.HasRating ? (Rating)a.Rating : null,
            Files = a.Files,
        };

    private static Proto.Running Write(RunningAnswer r)
    {
        var proto = new Proto.Running
        {
            MessageId = r.MessageId.Value,
            QuestionId = r.QuestionId.Value,
            ModelId = r.ModelId.Value,
            Text = r.Text,
            Resumptions = r.Resumptions,
        };
        if (r.RewrittenFrom is { } rewritten)
            proto.RewrittenFrom = rewritten;
        if (r.AskedAt is { } asked)
            proto.AskedAt = WireValues.Write(asked);
        proto.Spent = r.Spent.Ticks;
        if (r.WorkingFrom is { } from)
            proto.WorkingFrom = WireValues.Write(from);
        if (r.WorkingUntil is { } until)
            proto.WorkingUntil = WireValues.Write(until);
        if (r.StreamsFrom is { } node)
            proto.StreamsFrom = node;
        return proto;
    }

    private static RunningAnswer Read(Proto.Running r) =>
        new(
            new MessageId(r.MessageId),
            new MessageId(r.QuestionId),
            new ModelId(r.ModelId),
            r.Text,
            r.Resumptions,
            r.HasRewrittenFrom ? r.RewrittenFrom : null
        )
        {
            AskedAt = r.HasAskedAt ? Time(r.AskedAt) : null,
            Spent = Duration(r.Spent),
            WorkingFrom = r.HasWorkingFrom ? Time(r.WorkingFrom) : null,
            WorkingUntil = r.HasWorkingUntil ? Time(r.WorkingUntil) : null,
            StreamsFrom = r.HasStreamsFrom ? r.StreamsFrom : null,
        };

    private static Proto.Acknowledgement Write(Acknowledgement a)
    {
        var proto = new Proto.Acknowledgement
        {
            CommandId = a.CommandId.Value,
            Seq = a.Seq,
            At = WireValues.Write(a.At),
        };
        if (a.MessageId is { } message)
            proto.MessageId = message.Value;
        if (a.AdminId is { } admin)
            proto.AdminId = admin.Value;
        return proto;
    }

    private static Acknowledgement Read(Proto.Acknowledgement a) =>
        new(new CommandId(a.CommandId), a.Seq, a.HasMessageId ? new MessageId(a.MessageId) : null, Time(a.At))
        {
            AdminId = a.HasAdminId ? new UserId(a.AdminId) : null,
        };
}
