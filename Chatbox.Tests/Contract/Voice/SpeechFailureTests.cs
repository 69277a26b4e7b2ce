using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Voice;

/// <summary>A service that fails, or a node that dies, leaves answers that stand and say what became of their sound.</summary>
public sealed class SpeechFailureTests
{
    [Theory]
    [InlineData(500, "unavailable", 3)]
    [InlineData(400, "refused", 1)]
    [InlineData(401, "unavailable", 1)]
    [InlineData(200, "refused", 1)]
    public async Task Failure_has_its_reason_and_no_more_tries_than_it_deserves(int status, string reason, int tries)
    {
        await using var models = await ScriptedModelServer.Start();
        await using var speeches = await SpeechServer.Start();
        models.Otherwise = _ => ModelScript.Answer("The answer stands.");
        for (var n = 0; n < tries; n++)
            speeches.Replies(new VoiceReply(status, """{"error":"what the service wrote"}"""));
        await using var node = await TestNode.Start(SpokenNode.Settings(models, speeches));
        await using var client = await node.Connect("alice");
        var session = (await client.Next("connection_status")).Text("session_id");
        await SpokenNode.Ask(client, "Say it.", "m1");

        var done = await client.NextDone();
        var speech = await client.Next("speech");
        Assert.Equal(("stop", "pending"), (done.Metadata("finish_reason"), done.Metadata("speech")));
        Assert.Equal(("failed", reason, null), (speech.Metadata("state"), speech.Metadata("reason"), speech.Text("file_id")));
        Assert.Equal("The answer stands.", client.TextOf(done.Text("message_id")!));
        Assert.DoesNotContain(
            client.Seen,
            f => f.Type() == "error" || f.GetRawText().Contains("what the service wrote", StringComparison.Ordinal)
        );
        Assert.Equal(tries, speeches.Requests);
        var history = await node.Http.RestUntil($"/sessions/{session}", "alice", a => a.Status == 200);
        var item = history.Json.GetProperty("messages").EnumerateArray().Last();
        Assert.Equal(("speech", "The answer could not be spoken."), (item.Text("type"), item.Text("content")));
    }

    [Fact]
    public async Task Node_that_is_killed_in_the_middle_speaks_the_answers_again_and_encrypts_them()
    {
        await using var models = await ScriptedModelServer.Start();
        await using var speeches = await SpeechServer.Start();
        models.Enqueue(
            ModelScript.Answer("The finished answer."),
            ModelScript.Begin().Pieces("The running answer. It goes").Hang(),
            ModelScript.Answer(" on and ends here.")
        );
        var settings = SpokenNode.Settings(models, speeches);
        settings["ENCRYPTION_KEYS"] = SealedFolder.KeyA;
        settings["STREAM_CHECKPOINT_INTERVAL"] = "0";
        speeches.Hangs().Hangs();
        await using var node = await NodeProcess.Start(settings);
        await using (var client = await node.Connect("alice"))
        {
            await SpokenNode.Ask(client, "First.", "m1");
            await client.NextDone();
            await speeches.Next("The finished answer."); // the second request could overtake this one
            await SpokenNode.Ask(client, "Second.", "m2");
            await client.Next(f => f.Text("content")?.Contains("It goes", StringComparison.Ordinal) == true, "the running answer");
        }

        await speeches.Next("The running answer.");
        speeches.Otherwise = text => Sounds.WholeMp3(text.Length);
        await node.Kill();
        await node.Start();

        await using var again = await node.Connect("alice", "last_seq=0");
        await again.UntilDone(2);
        while (again.Seen.Count(f => f.Type() == "speech") < 2)
            await again.Next("speech");
        var sounds = new List<byte[]>();
        foreach (var speech in again.Seen.Where(f => f.Type() == "speech"))
        {
            Assert.Equal("done", speech.Metadata("state"));
            sounds.Add(await SpokenNode.Download(node.Http, speech.Text("file_url")!));
        }

        var answers = again.Seen.Where(f => f.IsDone()).Select(f => again.TextOf(f.Text("message_id")!)).ToList();
        Assert.Equal(["The finished answer.", "The running answer. It goes on and ends here."], answers);
        Assert.Contains(Sounds.Mp3("The finished answer.".Length), sounds, new SameBytes());
        Assert.Equal(2, again.Seen.Count(f => f.Type() == "speech"));
        Assert.All(sounds, sound => Assert.False(StoredFiles.Hold(node.DataDirectory, sound.AsMemory(0, 417))));
        Assert.Empty(StoredFiles.Found(node.DataDirectory, "answer.mp3", "The finished answer"));
        Assert.Equal(2, Directory.EnumerateFiles(Path.Combine(node.DataDirectory, "files"), "*", SearchOption.AllDirectories).Count());
    }

    private sealed class SameBytes : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => bytes.Length;
    }
}
