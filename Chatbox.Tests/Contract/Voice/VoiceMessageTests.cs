using Chatbox.Messages.Frames;
using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Voice;

/// <summary>Voice messages over real sockets, from the upload of a recording to the answer, with a scripted service. Protocol section 7, "Voice".</summary>
public sealed class VoiceMessageTests
{
    [Fact]
    public async Task Recording_becomes_text_on_every_device_in_the_history_in_the_search_and_in_the_prompt()
    {
        await using var host = await VoiceNode.Start();
        await using var sender = await host.Node.Connect("alice");
        await using var other = await host.Node.Connect("alice");
        Assert.Equal("true", (await sender.Next("connection_status")).Metadata("transcription"));
        var session = (await other.Next("connection_status")).Text("session_id")!;
        var recording = SampleFiles.WebM();
        host.Voices.Hears(" Where is the planetarium?\n");

        var ack = await VoiceNode.Speak(sender, await host.Upload("alice", recording), metadata: new { language = "de" });
        var heard = await host.Voices.Next();
        Assert.Equal(("Bearer voice-key-of-this-test", "recording.webm"), (heard.Authorization, heard.FileName));
        Assert.Equal(recording, heard.Content);
        Assert.NotNull(heard.Length);
        Assert.Equal(("listener", "json", "de"), (heard.Fields["model"], heard.Fields["response_format"], heard.Fields["language"]));

        foreach (var client in new[] { sender, other })
        {
            var transcript = await client.Next("transcript");
            Assert.Equal("Where is the planetarium?", transcript.Text("content"));
            Assert.Equal((ack.Text("message_id"), "done"), (transcript.Metadata("of"), transcript.Metadata("state")));
            var done = await client.NextDone();
            Assert.True(transcript.Seq() < done.Seq());
            Assert.Equal("An answer.", client.TextOf(done.Text("message_id")!));
            Assert.Single(client.Seen, f => f.Type() == "transcript");
            Assert.DoesNotContain(client.Seen, f => f.Type() is "error" or "notification");
        }

        Assert.Equal(
            "Where is the planetarium?",
            Assert.Single(host.Models.Requests).Json.GetProperty("messages").EnumerateArray().Last().Text("content")
        );
        var history = await host.Node.Http.RestUntil($"/sessions/{session}", "alice", a => a.Status == 200);
        Assert.Equal(
            ["voice_message", "transcript", "ai_response"],
            history.Json.GetProperty("messages").EnumerateArray().Select(m => m.Text("type"))
        );
        Assert.Equal("Where is the planetarium?", history.Json.Text("name"));
        var found = await host.Node.Http.Rest("GET", "/sessions?q=planetarium", "alice");
        Assert.Equal(session, Assert.Single(found.Json.GetProperty("sessions").EnumerateArray()).Text("id"));

        // A device that comes later, or was away since the message, gets it once.
        foreach (var from in new[] { 0, ack.Seq() })
        {
            await using var late = await host.Node.Connect("alice", $"session_id={session}&last_seq={from}");
            await late.NextDone();
            Assert.Single(late.Seen, f => f.Type() == "transcript");
        }
    }

    [Fact]
    public async Task Text_that_was_sent_after_a_recording_waits_for_its_answer()
    {
        await using var host = await VoiceNode.Start();
        await using var client = await host.Node.Connect("alice");
        var gate = new TaskCompletionSource();
        host.Voices.Hears("First.", gate.Task);
        await VoiceNode.Speak(client, await host.Upload("alice", SampleFiles.Ogg(), "a.ogg", "audio/ogg"));
        await host.Voices.Next();
        await client.Say("Second.", "m2");
        await client.Next(f => f.Type() == "ack" && f.Text("id") == "m2", "ack");
        Assert.Empty(host.Models.Requests);

        gate.SetResult();
        await client.UntilDone(2);
        Assert.Equal(
            ["First.", "Second."],
            host.Models.Requests.Select(r => r.Json.GetProperty("messages").EnumerateArray().Last().Text("content"))
        );
    }

    [Fact]
    public async Task Dead_service_leaves_an_honest_session_and_the_recording_can_be_transcribed_again()
    {
        await using var host = await VoiceNode.Start();
        await using var client = await host.Node.Connect("alice");
        var session = (await client.Next("connection_status")).Text("session_id")!;
        var file = await host.Upload("alice", SampleFiles.WebM());

        var voice = await VoiceNode.Speak(client, file); // the service answers 500, as often as it is asked
        var failed = await client.Next("transcript");
        Assert.Equal(("", "failed", "unavailable"), (failed.Text("content"), failed.Metadata("state"), failed.Metadata("reason")));
        Assert.Equal("error", (await client.NextDone()).Metadata("finish_reason"));
        var error = await client.Next("error");
        Assert.Equal(ErrorCode.TranscriptionFailed, error.ErrorCode());
        Assert.True(error.GetProperty("error").GetProperty("recoverable").GetBoolean());
        Assert.Equal(3, host.Voices.Requests);
        Assert.Empty(host.Models.Requests);

        var history = await host.Node.Http.RestUntil($"/sessions/{session}", "alice", a => a.Status == 200);
        var item = history.Json.GetProperty("messages").EnumerateArray().Single(m => m.Text("type") == "transcript");
        Assert.Equal(("The recording could not be turned into text.", "failed"), (item.Text("content"), item.Metadata("state")));

        host.Voices.Hears("Where is it?");
        await client.Send(
            new
            {
                type = "transcribe",
                id = "t1",
                message_id = voice.Text("message_id"),
            }
        );
        var ack = await client.Next(f => f.Type() == "ack" && f.Text("id") == "t1", "ack");
        Assert.Equal("Where is it?", (await client.Next("transcript")).Text("content"));
        var done = await client.NextDone();
        Assert.Equal((ack.Text("message_id"), "stop"), (done.Text("message_id"), done.Metadata("finish_reason")));
        Assert.Equal("Where is it?", host.Models.Requests.Single().Json.GetProperty("messages").EnumerateArray().Last().Text("content"));
    }

    [Theory]
    [InlineData(400, "refused", 1)]
    [InlineData(401, "unavailable", 1)]
    [InlineData(429, "unavailable", 3)]
    public async Task Refusal_has_its_reason_and_no_more_tries_than_it_deserves(int status, string reason, int tries)
    {
        await using var host = await VoiceNode.Start();
        for (var n = 0; n < tries; n++)
            host.Voices.Replies(new VoiceReply(status, """{"error":{"message":"what the service wrote"}}"""));
        await using var client = await host.Node.Connect("alice");
        await VoiceNode.Speak(client, await host.Upload("alice", SampleFiles.WebM()));

        Assert.Equal(reason, (await client.Next("transcript")).Metadata("reason"));
        var error = await client.Next("error");
        Assert.DoesNotContain("what the service wrote", error.GetRawText());
        Assert.Equal(tries, host.Voices.Requests);
    }

    [Theory]
    [InlineData("<html>", "unavailable")]
    [InlineData("{}", "unavailable")]
    [InlineData("""{"text":7}""", "unavailable")]
    [InlineData("""{"text":"  "}""", "nothing_heard")]
    public async Task Response_without_a_text_is_a_failure(string body, string reason)
    {
        await using var host = await VoiceNode.Start();
        host.Voices.Replies(new VoiceReply(200, body));
        await using var client = await host.Node.Connect("alice");
        await VoiceNode.Speak(client, await host.Upload("alice", SampleFiles.WebM()));

        Assert.Equal(reason, (await client.Next("transcript")).Metadata("reason"));
        Assert.Equal(1, host.Voices.Requests);
    }

    [Fact]
    public async Task Silent_service_is_given_up_in_time()
    {
        await using var host = await VoiceNode.Start(settings => settings["TRANSCRIPTION_TIMEOUT"] = "1s");
        host.Voices.Hears("Never.", new TaskCompletionSource().Task);
        await using var client = await host.Node.Connect("alice");
        await VoiceNode.Speak(client, await host.Upload("alice", SampleFiles.WebM()));

        Assert.Equal("unavailable", (await client.Next("transcript")).Metadata("reason"));
    }

    [Fact]
    public async Task Recording_over_the_limit_stays_a_file_and_is_not_sent()
    {
        await using var host = await VoiceNode.Start(settings => settings["TRANSCRIPTION_MAX_SIZE"] = "1KB");
        await using var client = await host.Node.Connect("alice");
        await VoiceNode.Speak(client, await host.Upload("alice", SampleFiles.Wav(2_000), "long.wav", "audio/wav"));

        Assert.Equal("too_large", (await client.Next("transcript")).Metadata("reason"));
        Assert.Equal(0, host.Voices.Requests);
    }

    [Fact]
    public async Task Foreign_recording_is_not_loaded()
    {
        await using var host = await VoiceNode.Start();
        await using var client = await host.Node.Connect("alice");
        await client.SendText("""{"type":"voice_message","id":"v1","file_id":"theirs","file_url":"https://1.1.1.1/a.ogg"}""");

        Assert.Equal("gone", (await client.Next("transcript")).Metadata("reason"));
        Assert.Equal(0, host.Voices.Requests);
    }

    [Fact]
    public async Task Without_a_service_the_recording_is_a_file_and_the_user_is_told()
    {
        await using var host = await VoiceNode.Start(settings =>
        {
            foreach (var key in settings.Keys.Where(key => key.StartsWith("TRANSCRIPTION_", StringComparison.Ordinal)).ToList())
                settings.Remove(key);
        });
        await using var client = await host.Node.Connect("alice");
        Assert.Null((await client.Next("connection_status")).Metadata("transcription"));
        var voice = await VoiceNode.Speak(client, await host.Upload("alice", SampleFiles.WebM()));

        await client.NextDone();
        Assert.Contains(client.Seen, f => f.Metadata("reason") == "files_not_read");
        Assert.DoesNotContain(client.Seen, f => f.Type() == "transcript");
        await client.Send(
            new
            {
                type = "transcribe",
                id = "t1",
                message_id = voice.Text("message_id"),
            }
        );
        Assert.Equal(ErrorCode.ServiceError, (await client.Next("error")).ErrorCode());
    }

    [Fact]
    public async Task Nobody_but_the_owner_has_a_recording_transcribed()
    {
        await using var host = await VoiceNode.Start();
        await using var client = await host.Node.Connect("alice");
        var session = (await client.Next("connection_status")).Text("session_id")!;
        var voice = await VoiceNode.Speak(client, await host.Upload("alice", SampleFiles.WebM()));
        await client.Next("error");
        var asked = host.Voices.Requests;

        await using var stranger = await host.Node.Connect("eve");
        await stranger.Send(
            new
            {
                type = "transcribe",
                id = "t1",
                session_id = session,
                message_id = voice.Text("message_id"),
            }
        );
        Assert.Equal(ErrorCode.NotFound, (await stranger.Next("error")).ErrorCode());
        await using var unnamed = await host.Node.Connect("eve");
        await unnamed.Send(
            new
            {
                type = "transcribe",
                id = "t2",
                message_id = voice.Text("message_id"),
            }
        );
        Assert.Equal(ErrorCode.NotFound, (await unnamed.Next("error")).ErrorCode());
        Assert.Equal(asked, host.Voices.Requests);
    }

    [Fact]
    public async Task Node_that_stops_in_the_middle_goes_on_after_its_start()
    {
        var folder = Directory.CreateTempSubdirectory("chatbox-voice-").FullName;
        try
        {
            await using var voices = await VoiceServer.Start();
            await using var models = await ScriptedModelServer.Start();
            models.Otherwise = _ => ModelScript.Answer("An answer.");
            var settings = models.ProviderSettings.Concat(voices.Settings).ToDictionary();
            voices.Hears("Never.", new TaskCompletionSource().Task);
            string session;
            await using (var first = await TestNode.Start(settings, folder))
            {
                var file = await VoiceNode.Upload(first, "alice", SampleFiles.WebM(), "a.webm", "audio/webm");
                await using var client = await first.Connect("alice");
                session = (await client.Next("connection_status")).Text("session_id")!;
                await VoiceNode.Speak(client, file);
                await voices.Next();
            }

            voices.Hears("Still here.");
            await using var second = await TestNode.Start(settings, folder);
            await using var again = await second.Connect("alice", $"session_id={session}&last_seq=0");
            Assert.Equal("Still here.", (await again.Next("transcript")).Text("content"));
            await again.NextDone();
            Assert.Single(models.Requests);
            Assert.Equal(2, voices.Requests);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
