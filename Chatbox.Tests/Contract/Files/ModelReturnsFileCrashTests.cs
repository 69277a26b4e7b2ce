using System.Text.Json;
using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Files;

/// <summary>A file that a model returned, and a node that is killed in the middle of the answer.</summary>
public sealed class ModelReturnsFileCrashTests : IAsyncLifetime
{
    private ScriptedModelServer _models = null!;

    public async Task InitializeAsync() => _models = await ScriptedModelServer.Start();

    public async Task DisposeAsync() => await _models.DisposeAsync();

    [Fact]
    public async Task File_that_was_shown_survives_and_is_there_once_in_an_encrypted_store()
    {
        var settings = _models.ProviderSettings;
        settings["ENCRYPTION_KEYS"] = SealedFolder.KeyA;
        settings["LLM_RETRY_DELAY"] = "1ms";
        await using var node = await NodeProcess.Start(settings);
        var (shown, later) = (SampleImages.Of(".png", 50, 40), SampleImages.Of(".png", 60, 40));
        _models.Enqueue(
            ModelScript.Begin().Pieces("Two. ").Raw(Chunk(shown)).Hang(),
            ModelScript.Begin().Raw(Chunk(shown)).Raw(Chunk(later)).Pieces("Here.").End()
        );
        await using (var client = await node.Connect("alice"))
        {
            await client.Send(
                new
                {
                    type = "user_message",
                    id = "m1",
                    content = "draw two",
                }
            );
            await client.Next("file_upload");
            await node.Kill();
        }

        await node.Start();
        await using var again = await node.Connect("alice", "last_seq=0");
        var done = await again.NextDone();

        var files = again.Seen.Where(frame => frame.Type() == "file_upload").ToList();
        Assert.Equal(2, files.Count);
        Assert.Equal("2", done.Metadata("files"));
        Assert.Equal(shown, await node.Http.GetByteArrayAsync(files[0].Text("file_url")));
        Assert.Equal(later, await node.Http.GetByteArrayAsync(files[1].Text("file_url")));
    }

    private static string Chunk(byte[] picture)
    {
        var address = $"data:image/png;base64,{Convert.ToBase64String(picture)}";
        var images = new[] { new { type = "image_url", image_url = new { url = address } } };
        return $"data: {JsonSerializer.Serialize(new { choices = new[] { new { index = 0, delta = new { images } } } })}\n\n";
    }
}
