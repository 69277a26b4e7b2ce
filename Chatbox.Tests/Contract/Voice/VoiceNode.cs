using System.Net.Http.Headers;
using System.Text.Json;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Voice;

/// <summary>A node with a scripted model and a scripted service of voices.</summary>
internal sealed class VoiceNode : IAsyncDisposable
{
    private VoiceNode(ScriptedModelServer models, VoiceServer voices, TestNode node) => (Models, Voices, Node) = (models, voices, node);

    public ScriptedModelServer Models { get; }

    public VoiceServer Voices { get; }

    public TestNode Node { get; private set; }

    /// <param name="change">Changes the settings by environment name.</param>
    public static async Task<VoiceNode> Start(Action<Dictionary<string, string>>? change = null, string? dataDirectory = null)
    {
        var (models, voices) = (await ScriptedModelServer.Start(), await VoiceServer.Start());
        models.Otherwise = _ => ModelScript.Answer("An ", "answer.");
        var settings = new Dictionary<string, string>(models.ProviderSettings);
        foreach (var (key, value) in voices.Settings)
            settings[key] = value;
        change?.Invoke(settings);
        return new VoiceNode(models, voices, await TestNode.Start(settings, dataDirectory));
    }

    /// <summary>Uploads a recording; returns its id.</summary>
    public Task<string> Upload(string user, byte[] content, string name = "My secret plans.webm", string type = "audio/webm") =>
        Upload(Node, user, content, name, type);

    public static async Task<string> Upload(TestNode node, string user, byte[] content, string name, string type)
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        form.Add(file, "file", name);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{node.Options.Server.PathPrefix}/upload") { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestNode.Token(user));
        using var answer = await node.Http.SendAsync(request);
        var body = await RestAnswer.Read(answer);
        Assert.True(body.Status == 200, $"{body.Status} {body.Text}");
        return body.Json.Text("file_id")!;
    }

    /// <summary>Sends a recording as a voice message; returns its <c>ack</c>.</summary>
    public static async Task<JsonElement> Speak(TestClient client, string file, string id = "v1", object? metadata = null)
    {
        await client.Send(
            new
            {
                type = "voice_message",
                id,
                file_id = file,
                file_url = "/ignored",
                metadata = metadata ?? new { },
            }
        );
        return await client.Next(f => f.Type() == "ack" && f.Text("id") == id, "ack");
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await Voices.DisposeAsync();
        await Models.DisposeAsync();
    }
}
