using System.Text.Json;
using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Voice;

/// <summary>A node with a scripted model and a scripted service that speaks. A fixture of classes whose tests have their own users.</summary>
public sealed class SpokenNode : IAsyncLifetime
{
    /// <summary>Frames of the sound of every request.</summary>
    public const int FramesEach = 2;

    public ScriptedModelServer Models { get; private set; } = null!;

    public SpeechServer Speeches { get; private set; } = null!;

    internal TestNode Node { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        (Models, Speeches) = (await ScriptedModelServer.Start(), await SpeechServer.Start());
        (Models.Otherwise, Speeches.Otherwise) = (_ => ModelScript.Answer("An answer."), _ => Sounds.WholeMp3(FramesEach));
        Node = await TestNode.Start(Settings(Models, Speeches));
    }

    /// <summary>The settings of a node with both services.</summary>
    public static Dictionary<string, string> Settings(ScriptedModelServer models, SpeechServer speeches) =>
        models.ProviderSettings.Concat(speeches.Settings).DistinctBy(setting => setting.Key).ToDictionary();

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        await Speeches.DisposeAsync();
        await Models.DisposeAsync();
    }

    /// <summary>Sends a message whose answer is to be spoken; returns its <c>ack</c>.</summary>
    internal static async Task<JsonElement> Ask(TestClient client, string content, string id, bool speak = true)
    {
        await client.Send(
            speak
                ? new
                {
                    type = "user_message",
                    id,
                    content,
                    metadata = new { speak = true },
                }
                : (object)
                    new
                    {
                        type = "user_message",
                        id,
                        content,
                    }
        );
        return await client.Next(f => f.Type() == "ack" && f.Text("id") == id, "ack");
    }

    /// <summary>The bytes behind an address that a frame or the history gave.</summary>
    internal static async Task<byte[]> Download(HttpClient http, string address)
    {
        using var response = await http.GetAsync(address);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("audio/mpeg", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsByteArrayAsync();
    }
}
