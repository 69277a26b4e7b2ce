using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Chatbox.Tests.Servers;

/// <summary>
/// A service that transcribes, after OpenAI's <c>{Endpoint}/audio/transcriptions</c>. Each request takes the next reply of the queue; without one
/// it is answered with 500.
/// </summary>
public sealed class VoiceServer : ScriptedVoiceService<VoiceServer.Heard>
{
    private VoiceServer()
        : base("audio/transcriptions", "application/json") { }

    /// <summary>A request as it arrived.</summary>
    /// <param name="Fields">The fields of the form without the file.</param>
    public sealed record Heard(
        string? Authorization,
        long? Length,
        string FileName,
        string FileType,
        byte[] Content,
        IReadOnlyDictionary<string, string> Fields
    );

    /// <summary>The settings of a node that uses this server.</summary>
    public Dictionary<string, string> Settings =>
        new()
        {
            ["TRANSCRIPTION_PROVIDER"] = "openai",
            ["TRANSCRIPTION_ENDPOINT"] = Endpoint.ToString(),
            ["TRANSCRIPTION_API_KEY"] = "voice-key-of-this-test",
            ["TRANSCRIPTION_MODEL"] = "listener",
            ["LLM_RETRY_DELAY"] = "1ms",
        };

    public static Task<VoiceServer> Start() => Started(new VoiceServer());

    /// <summary>The next request is answered with this text.</summary>
    public void Hears(string text, Task? gate = null) => Replies(new VoiceReply(200, JsonSerializer.Serialize(new { text }), gate));

    /// <summary>The next request that this method has not returned yet.</summary>
    public Task<Heard> Next() => Next(_ => true);

    protected override async Task<Heard> Read(HttpRequest request, CancellationToken cancellationToken)
    {
        var form = await request.ReadFormAsync(cancellationToken);
        var file = form.Files.Single();
        using var content = new MemoryStream();
        await file.CopyToAsync(content, cancellationToken);
        return new Heard(
            request.Headers.Authorization,
            request.ContentLength,
            file.FileName,
            file.ContentType,
            content.ToArray(),
            form.ToDictionary(field => field.Key, field => field.Value.ToString())
        );
    }

    protected override VoiceReply Unscripted(Heard request) => new(500, "{}");
}
