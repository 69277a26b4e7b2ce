using System.Collections.Immutable;
using Chatbox.Client.Frames;

namespace Chatbox.Client.Conversations;

/// <summary>
/// A conversation as it stands at one moment, worked out from the server's frames. Immutable: the client makes another one with each change.
/// </summary>
public sealed record ChatConversation
{
    internal ChatConversation() { }

    /// <summary>Messages, answers and notes, the oldest first; what is not acknowledged, and the running answer, come last.</summary>
    public ImmutableList<ChatEntry> Entries { get; internal init; } = [];

    /// <summary>The session that the connection is bound to; null until the first connection.</summary>
    public string? SessionId { get; internal init; }

    /// <summary>The client has every item up to this place.</summary>
    public long LastSeq { get; internal init; }

    /// <summary>Whether the server has messages that are older than those here, as far as the client knows.</summary>
    public bool HasOlder => OlderBefore is not null;

    /// <summary>Whether the server writes recordings down.</summary>
    public bool OffersTranscription { get; internal init; }

    /// <summary>Whether the server speaks answers to those who ask for it.</summary>
    public bool OffersSpeech { get; internal init; }

    /// <summary>Whether an answer runs or is awaited.</summary>
    public bool IsAnswering => IsWaiting || Streaming is not null;

    /// <summary>Whether the model was asked for an answer of which nothing is here.</summary>
    public bool IsWaiting { get; internal init; }

    /// <summary>The answer that is running; null if there is none.</summary>
    public ChatEntry? Streaming => Entries.FindLast(entry => entry.State == EntryState.Streaming);

    /// <summary>The messages that wait for their acknowledgement, in their order.</summary>
    public IEnumerable<ChatEntry> Pending => Entries.Where(entry => entry.State == EntryState.Pending);

    /// <summary>The id of the answer that is awaited.</summary>
    internal string? WaitingFor { get; init; }

    /// <summary>The place before which the server has older messages.</summary>
    internal long? OlderBefore { get; init; }

    /// <summary>
    /// The history has to be read. Until then, items that arrive follow a hole and do not move <see cref="LastSeq"/>.
    /// </summary>
    internal bool IsBehind { get; init; }

    /// <summary>How often the server has asked to read the history, and the place up to which the history is complete after the last time.</summary>
    internal (int Count, long Seq) Reload { get; init; }

    internal string? AnswerId => IsWaiting && WaitingFor is not null ? WaitingFor : Streaming?.MessageId;

    internal bool HasGap => Streaming is { HasGap: true };

    private KnownVoices Voices { get; init; } = KnownVoices.None;

    private long NextKey { get; init; } = 1;

    /// <summary>The query parameters with which the next connection resumes. Protocol section 5, "Resume".</summary>
    internal ImmutableDictionary<string, string> ResumePoint()
    {
        var point = ImmutableDictionary<string, string>.Empty.Add("last_seq", $"{LastSeq}");
        if (SessionId is not null)
            point = point.Add("session_id", SessionId);
        return Streaming is { } answer ? point.Add("partial", $"{answer.MessageId}:{answer.Text.Length}") : point;
    }

    /// <summary>Adds an entry at its place, under a new key.</summary>
    internal ChatConversation Add(ChatEntry entry, out ChatEntry added)
    {
        added = entry with { Key = NextKey };
        return this with { Entries = Entries.Place(added), NextKey = NextKey + 1 };
    }

    /// <summary>Adds messages of ours that an earlier client has left, before those that were written since.</summary>
    internal ChatConversation Restore(IEnumerable<ChatEntry> messages)
    {
        var known = Entries.Select(entry => entry.CommandId).ToHashSet();
        var later = Entries.Where(entry => entry.IsUnsent).ToList();
        var restored = messages.Where(message => known.Add(message.CommandId)).Aggregate(this, (now, message) => now.Add(message, out _));
        return restored with { Entries = later.Aggregate(restored.Entries, (entries, entry) => entries.Place(entry)) };
    }

    /// <summary>Applies a frame. Types that are not known show nothing; their <c>seq</c> counts.</summary>
    internal ChatConversation Apply(ChatFrame frame) =>
        frame.Type switch
        {
            FrameType.ConnectionStatus => Bind(frame),
            FrameType.Ack => Acknowledge(frame),
            FrameType.Error => Fail(frame),
            FrameType.Pong => this,
            _ => Show(frame).Advance(frame.Seq),
        };

    /// <summary>A new connection asks for everything after <see cref="LastSeq"/>, so nothing is missing before what it brings.</summary>
    internal ChatConversation Reconnect() => this with { IsBehind = false };

    /// <summary>Drops the running answer: the next connection gets it from its beginning, and its text may have changed.</summary>
    internal ChatConversation Rewind() => NotWaiting() with { Entries = Entries.RemoveAll(entry => entry.State == EntryState.Streaming) };

    internal ChatConversation NotWaiting() => this with { IsWaiting = false, WaitingFor = null };

    private ChatConversation Show(ChatFrame frame) =>
        frame.Type switch
        {
            FrameType.UserMessage => AddMessage(frame),
            FrameType.FileUpload or FrameType.VoiceMessage => frame.Files is { Count: > 0 } ? AddMessage(frame) : AddNote(frame),
            FrameType.Loading => this with { IsWaiting = true, WaitingFor = frame.MessageId },
            FrameType.AiResponse => AddPiece(frame),
            FrameType.Transcript => Know(Voices.Transcribe(frame), frame.MetadataValue("of")),
            FrameType.Speech => Know(Voices.Speak(frame), frame.MetadataValue("of")),
            FrameType.AdminJoin or FrameType.AdminLeave or FrameType.Note => AddNote(frame),
            // Without a place, a notification is news about the connection and no part of the conversation.
            FrameType.Notification when frame.Seq is not null => AddNote(frame),
            FrameType.Notification when frame.MetadataValue("reason") == "session_erased" && frame.SessionId == SessionId =>
                WithoutStored(),
            _ => this,
        };

    private ChatConversation Know(KnownVoices voices, string? messageId) =>
        Entries.ByMessageId(messageId) is { } entry
            ? this with
            {
                Voices = voices,
                Entries = Entries.Put(voices.Give(entry)),
            }
            : this with
            {
                Voices = voices,
            };

    /// <summary>Only items move the resume point. An <c>ack</c> can overtake items, and behind a hole nothing counts as complete.</summary>
    private ChatConversation Advance(long? seq) => seq > LastSeq && !HasGap && !IsBehind ? this with { LastSeq = seq.Value } : this;

    private ChatConversation Bind(ChatFrame frame)
    {
        if (!frame.Binds())
            return this;
        var seq = frame.Seq ?? 0;
        var behind = frame.MetadataValue("history") == "reload";
        var now = behind ? this with { Reload = (Reload.Count + 1, seq) } : this;
        now = now with { OffersTranscription = frame.Is("transcription"), OffersSpeech = frame.Is("speech") };
        if (frame.SessionId == SessionId)
        {
            // With less than the client, the server was restored from an older backup. Its history counts on every device.
            if (behind && seq < LastSeq)
                now = now.WithoutStored();
            return now with { IsBehind = IsBehind || behind };
        }

        if (SessionId is not null && Entries.Exists(entry => !entry.IsUnsent))
            now = now.BeginAnother();
        return now.NotWaiting() with { IsBehind = behind, SessionId = frame.SessionId, LastSeq = 0, OlderBefore = null };
    }

    private ChatConversation WithoutStored() =>
        NotWaiting() with
        {
            Entries = Entries.RemoveAll(entry => !entry.IsUnsent),
            LastSeq = 0,
            OlderBefore = null,
        };

    /// <summary>Places start again in another session. The earlier conversation stays readable above, what waits stands below.</summary>
    private ChatConversation BeginAnother()
    {
        var earlier = Entries
            .Where(entry => !entry.IsUnsent)
            .Select(entry => entry.State == EntryState.Streaming ? entry with { State = EntryState.Done, FinishReason = "cut" } : entry)
            .Select(entry => entry with { Seq = 0 });
        var now = this with { Entries = [.. earlier, .. Entries.Where(entry => entry.IsUnsent)] };
        return now.Add(NewNote(null) with { Seq = 0 }, out _);
    }

    private ChatConversation Acknowledge(ChatFrame frame)
    {
        if (Entries.Unacknowledged(frame.Id) is not { } entry)
            return this;
        // After a reconnect the message itself can come before its acknowledgement. A repeated message can have taken effect in another session.
        var elsewhere = frame.SessionId is not null && SessionId is not null && frame.SessionId != SessionId;
        return elsewhere || Entries.ByMessageId(frame.MessageId) is not null
            ? this with
            {
                Entries = Entries.Without(entry.Key),
            }
            : this with
            {
                Entries = Entries.Place(
                    entry with
                    {
                        State = EntryState.Sent,
                        MessageId = frame.MessageId,
                        Seq = frame.Seq,
                        Refusal = null,
                    }
                ),
            };
    }

    private ChatConversation AddMessage(ChatFrame frame)
    {
        if (Entries.ByMessageId(frame.MessageId) is { } known) // an acknowledgement can overtake its message, and has no files
            return this with { Entries = Entries.Put(known with { Files = frame.Files ?? known.Files }) };
        var role = frame.Sender switch
        {
            "admin" => EntryRole.Admin,
            "ai" => EntryRole.Ai,
            _ => EntryRole.User,
        };
        var answer = role == EntryRole.Ai ? frame.MetadataValue("of") : null;
        var now = this;
        if ((Entries.Unacknowledged(frame.Id) ?? Entries.UnacknowledgedWith(frame)) is not { } entry)
            now = Add(
                new ChatEntry
                {
                    Key = 0,
                    Role = role,
                    Text = "",
                    State = EntryState.Sent,
                },
                out entry
            );
        var message = entry with
        {
            Text = frame.Content ?? "",
            State = EntryState.Sent,
            MessageId = frame.MessageId,
            Seq = frame.Seq,
            At = frame.Timestamp,
            Refusal = null,
            Files = frame.Files ?? [],
            IsVoice = frame.Type == FrameType.VoiceMessage,
            AdminName = role == EntryRole.Admin ? frame.MetadataValue("admin_name") : null,
            AnswerId = answer,
            IsSuperseded = now.Entries.ByMessageId(answer)?.IsSuperseded == true,
        };
        return now with { Entries = now.Entries.Place(now.Voices.Give(message)) };
    }

    private ChatConversation AddPiece(ChatFrame frame)
    {
        var now = IsWaiting && (WaitingFor ?? frame.MessageId) == frame.MessageId ? NotWaiting() : this;
        if (now.Entries.ByMessageId(frame.MessageId) is not { } answer)
        {
            var begun = new ChatEntry
            {
                Key = 0,
                Role = EntryRole.Ai,
                Text = "",
                State = EntryState.Streaming,
                MessageId = frame.MessageId,
            };
            now = now.Add(begun with { Seq = frame.Seq, ModelId = frame.ModelId, At = frame.Timestamp }, out answer);
        }

        answer = AnswerText.Apply(answer, frame);
        if (answer.HasGap || !frame.Is("done"))
            return now with { Entries = now.Entries.Put(answer) };
        now = now with { Voices = now.Voices.End(frame) };
        var earlier = now.Entries.ByMessageId(frame.MetadataValue("supersedes"));
        var entries = earlier is null ? now.Entries : now.Entries.Put(earlier with { IsSuperseded = true });
        var superseded = answer.IsSuperseded ? answer.MessageId : earlier?.MessageId;
        foreach (var file in entries.Where(entry => superseded is not null && entry.AnswerId == superseded).ToList())
            entries = entries.Put(file with { IsSuperseded = true });
        // Pieces have no place: the answer gets its own when it ends.
        return now with { Entries = entries.Place(now.Voices.Give(answer) with { Seq = frame.Seq }) };
    }

    private ChatConversation AddNote(ChatFrame frame) =>
        Entries.ByMessageId(frame.MessageId) is null
            ? Add(NewNote(frame) with { Seq = frame.Seq, MessageId = frame.MessageId, At = frame.Timestamp }, out _)
            : this;

    private static ChatEntry NewNote(ChatFrame? frame) =>
        new()
        {
            Key = 0,
            Role = EntryRole.System,
            Text = frame?.Content ?? "",
            State = EntryState.Done,
            Note = frame,
        };

    /// <summary>
    /// Marks the message that was refused. Without an id it is the only message that waits; a message can safely be sent again, so a wrong guess
    /// does no harm.
    /// </summary>
    private ChatConversation Fail(ChatFrame frame)
    {
        if (
            frame.Error is { } error
            && (error.Code.StartsWith("LLM_", StringComparison.Ordinal) || error.Code == ChatErrorCode.TranscriptionFailed)
        )
            return NotWaiting(); // the answer failed, not a message
        var pending = Pending.ToList();
        var entry =
            frame.Id is not null ? pending.Find(e => e.CommandId == frame.Id)
            : pending is [var only] ? only
            : null;
        return entry is null ? this : this with { Entries = Entries.Put(entry with { State = EntryState.Failed, Refusal = frame.Error }) };
    }
}
