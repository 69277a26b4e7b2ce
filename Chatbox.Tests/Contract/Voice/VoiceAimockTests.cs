using Chatbox.Messages.Frames;
using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Voice;

/// <summary>A recording, its transcript and its answer against a server that other people wrote after OpenAI's protocol.</summary>
public sealed class VoiceAimockTests(Aimock aimock) : IClassFixture<Aimock>
{
    [FactRequiresNode]
    public async Task Recorded_voice_message_is_transcribed_and_answered()
    {
        await using var node = await Start("listener");
        await using var client = await node.Connect("alice");
        await VoiceNode.Speak(client, await VoiceNode.Upload(node, "alice", SampleFiles.WebM(), "blob", "audio/webm"));

        Assert.Equal("Grüße, please stream", (await client.Next("transcript")).Text("content"));
        var done = await client.NextDone();
        Assert.Equal("stop", done.Metadata("finish_reason"));
        Assert.Equal("Grüße, 世界! 👋 A \"streamed\" answer,\n\nin several pieces.", client.TextOf(done.Text("message_id")!));
    }

    [FactRequiresNode]
    public async Task Service_that_breaks_leaves_a_session_that_goes_on()
    {
        await using var node = await Start("broken-listener");
        await using var client = await node.Connect("alice");
        await VoiceNode.Speak(client, await VoiceNode.Upload(node, "alice", SampleFiles.WebM(), "blob", "audio/webm"));

        Assert.Equal("unavailable", (await client.Next("transcript")).Metadata("reason"));
        Assert.Equal(ErrorCode.TranscriptionFailed, (await client.Next("error")).ErrorCode());
        await client.Say("please be slow", "m2");
        Assert.Equal(
            "stop",
            (await client.Next(f => f.IsDone() && f.Metadata("finish_reason") != "error", "done")).Metadata("finish_reason")
        );
    }

    [FactRequiresNode]
    public async Task Answer_is_spoken_and_its_sound_can_be_downloaded()
    {
        await using var node = await Start("listener");
        await using var client = await node.Connect("alice");
        await SpokenNode.Ask(client, "please stream", "m1");

        var done = await client.NextDone();
        var speech = await client.Next("speech");
        Assert.Equal((done.Text("message_id"), "done"), (speech.Metadata("of"), speech.Metadata("state")));
        // Two sentences in one or two requests, each with three frames.
        var sound = await SpokenNode.Download(node.Http, speech.Text("file_url")!);
        Assert.True(sound.AsSpan().SequenceEqual(Sounds.Mp3(sound.Length / 417)));
        Assert.InRange(sound.Length / 417, 3, 9);
    }

    [FactRequiresNode]
    public async Task Service_that_cannot_speak_leaves_the_answer()
    {
        await using var node = await Start("listener", "broken-speaker");
        await using var client = await node.Connect("alice");
        await SpokenNode.Ask(client, "please stream", "m1");

        Assert.Equal("stop", (await client.NextDone()).Metadata("finish_reason"));
        Assert.Equal("unavailable", (await client.Next("speech")).Metadata("reason"));
    }

    private Task<TestNode> Start(string listener, string speaker = "speaker") =>
        TestNode.Start(
            new Dictionary<string, string>
            {
                ["LLM_PROVIDER_1_ID"] = "one",
                ["LLM_PROVIDER_1_TYPE"] = "openai",
                ["LLM_PROVIDER_1_ENDPOINT"] = aimock.Endpoint.ToString(),
                ["LLM_PROVIDER_1_API_KEY"] = "provider-key-of-this-test",
                ["LLM_PROVIDER_1_MODEL"] = "mock",
                ["LLM_RETRY_DELAY"] = "1ms",
                ["TRANSCRIPTION_PROVIDER"] = "openai",
                ["TRANSCRIPTION_ENDPOINT"] = aimock.Endpoint.ToString(),
                ["TRANSCRIPTION_MODEL"] = listener,
                ["SPEECH_PROVIDER"] = "openai",
                ["SPEECH_ENDPOINT"] = aimock.Endpoint.ToString(),
                ["SPEECH_MODEL"] = speaker,
            }
        );
}
