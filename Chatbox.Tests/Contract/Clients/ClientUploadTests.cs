using System.Net;
using System.Text;
using Chatbox.Client;
using Chatbox.Client.Conversations;
using Chatbox.Client.Files;
using Chatbox.Client.Frames;

namespace Chatbox.Tests.Contract.Clients;

/// <summary>Files of <c>Chatbox.Client</c> on a real node. Protocol section 7.</summary>
public sealed class ClientUploadTests
{
    private static readonly byte[] Content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 900_000).Select(n => $"{n:D9}\n")));

    [Fact]
    public async Task File_goes_on_after_a_cut_and_a_message_with_it_reaches_every_viewer()
    {
        await using var node = await TestNode.Start();
        await using var network = new BadNetwork(node.Address);
        await using var client = Connect(network.Address);
        await using var viewer = Connect(new Uri(node.Address, "chatbox/"));
        await viewer.UntilBound();
        await client.UntilBound();
        var sent = new List<UploadProgress>();

        var file = await client.Upload(new MemoryStream(Content), "numbers.txt", "text/plain", new Progress(Report));
        await client.Send("look", [file.FileId]);

        Assert.Equal(new UploadProgress(Content.Length, Content.Length), sent[^1]);
        var seen = await viewer.Until(now => now.Entries.Exists(entry => entry.Files.Count == 1));
        var shown = await client.Until(now => now.Entries is [{ State: EntryState.Sent }, ..]);
        Assert.Equal("look", Assert.Single(shown.Entries, entry => entry.Role == EntryRole.User).Text);
        var shared = Assert.Single(seen.Entries[0].Files);
        Assert.Equal((file.FileId, "numbers.txt", Content.LongLength), (shared.FileId, shared.Name, shared.Size));
        Assert.Equal(Content, await node.Http.GetByteArrayAsync(new Uri(node.Address, shared.FileUrl)));

        void Report(UploadProgress progress)
        {
            sent.Add(progress);
            if (sent.Count == 1)
                network.Cut();
        }
    }

    [Fact]
    public async Task Stream_that_cannot_seek_is_sent_by_one_request()
    {
        await using var node = await TestNode.Start();
        await using var client = Connect(new Uri(node.Address, "chatbox/"));
        await client.UntilBound();

        var file = await client.Upload(new OneWayStream(Content), "Größe 🙂.txt");

        Assert.Equal(("text/plain", Content.LongLength), (file.MimeType, file.Size));
        Assert.Equal(Content, await node.Http.GetByteArrayAsync(new Uri(node.Address, file.FileUrl)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refusal_has_the_servers_reason(bool canSeek)
    {
        await using var node = await TestNode.Start();
        await using var client = Connect(new Uri(node.Address, "chatbox/"));
        await client.UntilBound();
        var script = "#!/bin/sh\nrm -rf /\n"u8.ToArray();

        var refused = await Assert.ThrowsAsync<ChatRequestException>(() =>
            client.Upload(canSeek ? new MemoryStream(script) : new OneWayStream(script), "picture.png")
        );

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, RestErrorCode.UnsupportedMediaType), (refused.Status, refused.Code));
        Assert.NotNull(refused.Reason);
        Assert.False(refused.IsTransient);
    }

    private static ChatClient Connect(Uri address)
    {
        var client = new ChatClient(
            new ChatClientOptions
            {
                Address = address,
                Token = (_, _) => ValueTask.FromResult<string?>(TestNode.Token("alice")),
                Random = () => 0,
            }
        );
        client.Connect();
        return client;
    }

    private sealed class Progress(Action<UploadProgress> report) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => report(value);
    }

    private sealed class OneWayStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
