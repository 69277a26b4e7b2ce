using Chatbox.Client.Conversations;
using Chatbox.Client.Frames;

namespace Chatbox.Tests.Unit.Clients;

public sealed class ChatConversationTests
{
    private static readonly ChatConversation Bound = new ChatConversation().Apply(Status("s1"));

    [Fact]
    public void Pieces_become_one_text_however_they_overlap()
    {
        var answer = Play(
            Bound,
            Piece("Hello", 0),
            Piece("Hello", 0),
            Piece("lo, Al", 3),
            Piece("", 9),
            Piece("ice", 9),
            End(12, 3)
        ).Entries[0];

        Assert.Equal(("Hello, Alice", EntryState.Done, 3L), (answer.Text, answer.State, answer.Seq));
    }

    [Fact]
    public void Reset_withdraws_text_and_a_piece_behind_a_hole_changes_nothing_but_asks_for_another_connection()
    {
        var holed = Play(Bound, Piece("Hello", 0), Piece("!", 9));
        Assert.True(holed.HasGap);
        Assert.Equal("Hello", holed.Entries[0].Text);
        Assert.Equal("a1:5", holed.ResumePoint()["partial"]);

        Assert.Equal("Hey", Play(holed, Piece("y", 2, ("reset", "true"))).Entries[0].Text);
    }

    [Fact]
    public void Place_does_not_move_behind_a_hole_nor_before_the_history_is_read()
    {
        Assert.Equal(0, Play(Bound, Piece("Hello", 0), Piece("!", 9), Message("m9", 9)).LastSeq);

        var behind = Play(Bound, Status("s1", 20, reload: true), Message("m21", 21));
        Assert.True(behind.IsBehind);
        Assert.Equal(0, behind.LastSeq);
        var read = behind.Load([Message("m20", 20)], behind.Reload);
        Assert.Equal((21L, false), (read.LastSeq, read.IsBehind));
        Assert.Equal(["m20", "m21"], read.Entries.Select(entry => entry.MessageId));
    }

    [Fact]
    public void History_that_was_asked_for_again_meanwhile_is_not_complete()
    {
        var behind = Play(Bound, Status("s1", 20, reload: true));
        var again = Play(behind, Status("s1", 40, reload: true));

        var read = again.Load([Message("m20", 20)], behind.Reload);

        Assert.Equal((20L, true), (read.LastSeq, read.IsBehind));
    }

    [Fact]
    public void Acknowledged_message_takes_its_place_once_whatever_comes_first()
    {
        var sent = Bound.Add(Mine("c1"), out _);
        var ackFirst = Play(sent, Ack("c1", "m1", 4), Message("m1", 4));
        var messageFirst = Play(sent, Message("m1", 4), Ack("c1", "m1", 4));
        var repeated = Play(sent, Message("m1", 4) with { Id = "c1" });

        foreach (var now in new[] { ackFirst, messageFirst, repeated })
        {
            var entry = Assert.Single(now.Entries);
            Assert.Equal(("m1", 4L, EntryState.Sent), (entry.MessageId, entry.Seq, entry.State));
        }
    }

    [Fact]
    public void Message_that_took_effect_in_another_session_is_no_part_of_this_one() =>
        Assert.Empty(Play(Bound.Add(Mine("c1"), out _), Ack("c1", "m1", 4) with { SessionId = "another" }).Entries);

    [Fact]
    public void Refused_message_says_why_and_an_answer_that_fails_refuses_no_message()
    {
        var sent = Bound.Add(Mine("c1"), out _);
        var error = new ChatFrame
        {
            Type = "error",
            Id = "c1",
            Error = new ChatFrameError { Code = "TOO_MANY_REQUESTS", RetryAfter = 900 },
        };

        var refused = Play(sent, error).Entries[0];

        Assert.Equal((EntryState.Failed, 900L), (refused.State, refused.Refusal!.RetryAfter));
        var failed = new ChatFrame
        {
            Type = "error",
            Error = new ChatFrameError { Code = "LLM_TIMEOUT" },
        };
        Assert.Equal(EntryState.Pending, Play(sent, failed).Entries[0].State);
    }

    [Fact]
    public void Another_session_begins_below_and_keeps_what_waits()
    {
        var now = Play(Bound.Add(Mine("c1"), out _), Message("m1", 4), Piece("Hel", 0), Status("s2"));

        Assert.Equal(["text of m1", "Hel", "", "text of c1"], now.Entries.Select(entry => entry.Text));
        Assert.Equal([0L, 0L, 0L, null], now.Entries.Select(entry => entry.Seq));
        Assert.Equal(("cut", 0L, "s2"), (now.Entries[1].FinishReason, now.LastSeq, now.SessionId));
    }

    [Fact]
    public void Server_that_was_restored_from_a_backup_counts()
    {
        var now = Play(Bound.Add(Mine("c1"), out _), Message("m9", 9), Status("s1", 5, reload: true));

        Assert.Equal(("c1", 0L, true), (Assert.Single(now.Entries).CommandId, now.LastSeq, now.IsBehind));
    }

    [Fact]
    public void Restored_messages_stand_before_those_that_were_written_since_and_none_twice()
    {
        var now = Bound.Add(Mine("new"), out _).Restore([Mine("old"), Mine("new"), Mine("older")]);

        Assert.Equal(["old", "older", "new"], now.Entries.Select(entry => entry.CommandId));
    }

    [Fact]
    public void Unknown_frames_show_nothing_and_their_place_counts()
    {
        var now = Play(Bound, new ChatFrame { Type = "of_a_later_version", Seq = 7 });

        Assert.Equal((0, 7L), (now.Entries.Count, now.LastSeq));
    }

    private static ChatConversation Play(ChatConversation from, params ChatFrame[] frames) =>
        frames.Aggregate(from, (now, frame) => now.Apply(frame));

    private static ChatEntry Mine(string id) =>
        new()
        {
            Key = 0,
            Role = EntryRole.User,
            State = EntryState.Pending,
            Text = $"text of {id}",
            CommandId = id,
        };

    [Fact]
    public void File_that_a_model_returned_is_the_models_and_superseded_with_its_answer()
    {
        var shown = Play(Bound, Piece("One", 0), File("f1", 1, "a1"), End(3, 2));
        Assert.Equal([(EntryRole.Ai, 1, false), (EntryRole.Ai, 0, false)], Looks(shown));

        var again = Play(shown, Piece("", 0, ("done", "true"), ("supersedes", "a1")) with { MessageId = "a2", Seq = 3 });
        Assert.Equal([(EntryRole.Ai, 1, true), (EntryRole.Ai, 0, true), (EntryRole.Ai, 0, false)], Looks(again));

        var superseded = Piece("", 0, ("done", "true"), ("superseded", "true")) with { Seq = 2 };
        foreach (var loaded in new[] { Play(Bound, superseded, File("f1", 1, "a1")), Play(Bound, File("f1", 1, "a1"), superseded) })
            Assert.Equal([(EntryRole.Ai, 1, true), (EntryRole.Ai, 0, true)], Looks(loaded));

        static IEnumerable<(EntryRole, int, bool)> Looks(ChatConversation conversation) =>
            conversation.Entries.Select(entry => (entry.Role, entry.Files.Count, entry.IsSuperseded));
    }

    [Fact]
    public void Answer_that_was_asked_for_aloud_waits_for_its_sound_and_has_it_in_the_middle_of_the_next_one()
    {
        var waits = Play(Bound, Piece("One", 0), End(3, 2, "pending"), Piece("Tw", 0) with { MessageId = "a2" });
        Assert.Equal(SpeechState.Pending, waits.Entries[0].Speech!.State);

        var spoken = Play(waits, Speech(4, ("state", "done"), ("cut", "true")), End(3, 2, "pending"));
        var speech = spoken.Entries[0].Speech!;
        Assert.Equal((SpeechState.Done, "sound", true, 4L), (speech.State, speech.File!.FileId, speech.IsCut, speech.Seq));
        Assert.Equal(["One", "Tw"], spoken.Entries.Select(entry => entry.Text));
        Assert.Equal(4, spoken.LastSeq);

        var failed = Play(Bound, Piece("One", 0), End(3, 2, "failed"), Speech(3, ("state", "failed"), ("reason", "refused")));
        Assert.Equal((SpeechState.Failed, "refused"), (failed.Entries[0].Speech!.State, failed.Entries[0].Speech!.Failure));
    }

    [Fact]
    public void Sound_is_there_with_the_end_that_has_it_and_with_an_answer_that_comes_after_it()
    {
        var known = Play(Bound, Piece("One", 0), End(3, 2, "done") with { Files = [new SharedFile { FileId = "sound" }] });
        Assert.Equal("sound", known.Entries[0].Speech!.File!.FileId);

        var paged = Play(Bound, Speech(3, ("state", "done")));
        Assert.Equal("sound", Play(paged, Piece("One", 0), End(3, 2)).Entries[0].Speech!.File!.FileId);
    }

    [Fact]
    public void Recording_has_what_was_said_in_it_and_a_failed_transcription_blames_no_message()
    {
        var recording = Message("m1", 1) with { Type = "voice_message", Files = [new SharedFile { FileId = "file" }] };
        var failed = Play(Bound, recording, Transcript(2, "", ("state", "failed"), ("reason", "unavailable")));
        Assert.Equal(new VoiceTranscript("", "unavailable"), failed.Entries[0].Transcript);

        var said = Play(failed, Transcript(3, "Hello", ("state", "done")), Transcript(2, "", ("state", "failed")));
        Assert.Equal(new VoiceTranscript("Hello", null), said.Entries[0].Transcript);
        Assert.Equal(3, said.LastSeq);

        var error = new ChatFrame
        {
            Type = "error",
            Error = new ChatFrameError { Code = ChatErrorCode.TranscriptionFailed },
        };
        Assert.Equal(EntryState.Pending, Play(Bound.Add(Mine("c1"), out _), error).Entries[0].State);
    }

    [Fact]
    public void Binding_says_what_the_server_does_with_voices()
    {
        Assert.Equal((false, false), (Bound.OffersTranscription, Bound.OffersSpeech));
        var offers = Status("s1") with { Metadata = new Dictionary<string, string> { ["speech"] = "true" } };
        Assert.Equal((false, true), (Play(Bound, offers).OffersTranscription, Play(Bound, offers).OffersSpeech));
    }

    private static ChatFrame Speech(long seq, params (string Key, string Value)[] metadata) =>
        new()
        {
            Type = "speech",
            MessageId = $"s{seq}",
            Seq = seq,
            Content = "",
            Sender = "ai",
            Files = metadata.Contains(("state", "done")) ? [new SharedFile { FileId = "sound" }] : null,
            Metadata = metadata.Append(("of", "a1")).ToDictionary(pair => pair.Item1, pair => pair.Item2),
        };

    private static ChatFrame Transcript(long seq, string text, params (string Key, string Value)[] metadata) =>
        Speech(seq, metadata) with
        {
            Type = "transcript",
            Content = text,
            Metadata = metadata.Append(("of", "m1")).ToDictionary(pair => pair.Item1, pair => pair.Item2),
        };

    private static ChatFrame File(string id, long seq, string answer) =>
        new()
        {
            Type = "file_upload",
            MessageId = id,
            Seq = seq,
            Content = "",
            Sender = "ai",
            Files = [new SharedFile { FileId = "file" }],
            Metadata = new Dictionary<string, string> { ["of"] = answer },
        };

    private static ChatFrame Status(string session, long seq = 0, bool reload = false) =>
        new()
        {
            Type = "connection_status",
            SessionId = session,
            Seq = seq,
            Metadata = reload ? new Dictionary<string, string> { ["history"] = "reload" } : null,
        };

    private static ChatFrame Message(string id, long seq) =>
        new()
        {
            Type = "user_message",
            MessageId = id,
            Seq = seq,
            Content = $"text of {id}",
            Sender = "user",
        };

    private static ChatFrame Ack(string id, string messageId, long seq) =>
        new()
        {
            Type = "ack",
            Id = id,
            MessageId = messageId,
            Seq = seq,
            SessionId = "s1",
        };

    private static ChatFrame Piece(string content, int offset, params (string Key, string Value)[] metadata) =>
        new()
        {
            Type = "ai_response",
            MessageId = "a1",
            Content = content,
            Offset = offset,
            Metadata = metadata.ToDictionary(pair => pair.Key, pair => pair.Value),
        };

    private static ChatFrame End(int offset, long seq) => Piece("", offset, ("done", "true"), ("finish_reason", "stop")) with { Seq = seq };

    private static ChatFrame End(int offset, long seq, string speech) =>
        Piece("", offset, ("done", "true"), ("finish_reason", "stop"), ("speech", speech)) with
        {
            Seq = seq,
        };
}
