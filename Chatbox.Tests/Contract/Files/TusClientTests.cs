using System.Security.Cryptography;
using System.Text.Json;
using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Resumable uploads with the protocol's public client, the npm package <c>tus-js-client</c>.</summary>
public sealed class TusClientTests
{
    private const int Pauses = 4;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [FactRequiresNode]
    public async Task Public_client_uploads_pauses_and_goes_on_at_another_node()
    {
        await using var one = await UploadHost.Start(hasRealTime: true);
        await using var two = await UploadHost.Start(beside: one, hasRealTime: true);
        var content = RandomNumberGenerator.GetBytes(12_000_000);
        var path = Path.Combine(Directory.CreateTempSubdirectory("chatbox-tus-").FullName, "content");
        await File.WriteAllBytesAsync(path, content);
        using var deadline = new CancellationTokenSource(Deadline);
        var places = new[] { one, two }.Select(host => new Uri(host.Host.Address, "/chatbox/uploads").AbsoluteUri);

        using var client = new NpmProcess(["tus-client.mjs", path, TestNode.Token("alice"), $"{Pauses}", .. places]);
        var seen = JsonElement.Parse(await client.Output(deadline.Token));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

        Assert.True(seen.GetProperty("error").ValueKind == JsonValueKind.Null, $"{seen}");
        // A client that is ahead of the server may have nothing left to pause.
        Assert.InRange(seen.GetProperty("pausedAt").GetArrayLength(), 1, Pauses);
        var resumed = seen.GetProperty("resumedAt").EnumerateArray().Select(offset => offset.GetInt64()).ToList();
        Assert.InRange(resumed.Count, 1, int.MaxValue);
        Assert.Equal(resumed.Order(), resumed); // nothing that the server had is sent again
        var id = new FileId(seen.Text("path")!.Split('/')[^1]);
        Assert.Equal($"{content.Length}", seen.Text("offset"));
        Assert.Contains(id.Value, seen.Text("fileUrl"), StringComparison.Ordinal);
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(one.Store.Objects[FileKey.Content(id)]));
        Assert.Equal(404, seen.GetProperty("afterEnd").GetInt32());
        Assert.Single(one.Store.Objects);
    }
}
