using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;
using static Chatbox.Tests.Contract.Files.ModelFilesNode;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Models get the files of messages from an encrypted store as well, and again after a crash.</summary>
public sealed class ModelFilesCrashTests : IAsyncLifetime
{
    private ScriptedModelServer _models = null!;

    public async Task InitializeAsync() => _models = await ScriptedModelServer.Start();

    public async Task DisposeAsync() => await _models.DisposeAsync();

    [Fact]
    public async Task Answer_that_a_crash_interrupts_is_asked_for_with_the_same_parts_from_an_encrypted_store()
    {
        var settings = Settings(_models);
        settings["ENCRYPTION_KEYS"] = SealedFolder.KeyA;
        await using var node = await NodeProcess.Start(settings);
        await using var client = await FileTalker.Begin(node.Address, node.Http, "alice", "anthropic-sees");
        _models.Enqueue(ModelScript.Begin().Pieces("Hm, ").Hang(), ModelScript.Answer("seen."));
        var pdf = SampleFiles.Pdf("Page");
        await client.Send("look", (SampleImages.Of(".png", 3_000, 1_500), "wide.png"), (pdf, "page.pdf"));
        var first = Sent.Last(await _models.NextRequest());

        await node.Kill();
        await node.Start();
        var second = Sent.All(await _models.NextRequest())[0];

        Assert.Equal(["image", "document"], first.Parts.Select(part => part.Kind));
        Assert.Equal(pdf, first.Parts[1].Bytes);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(first.Parts.Select(part => part.Bytes), second.Parts.Select(part => part.Bytes));
        await using var again = await node.Connect("alice", "last_seq=0");
        Assert.Equal("stop", (await again.NextDone()).Metadata("finish_reason"));
        Assert.DoesNotContain(again.Seen, frame => frame.Metadata("reason") == "files_not_read");
    }
}
