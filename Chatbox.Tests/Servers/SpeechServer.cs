using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Chatbox.Tests.Servers;

/// <summary>
/// A service that speaks, after OpenAI's <c>{Endpoint}/audio/speech</c>. Each request takes the next reply of the queue; without one it gets the
/// sound of <see cref="Otherwise"/>.
/// </summary>
public sealed class SpeechServer : ScriptedVoiceService<SpeechServer.Spoken>
{
    private SpeechServer()
        : base("audio/speech", "audio/mpeg") { }

    /// <summary>A request as it arrived.</summary>
    public sealed record Spoken(string? Authorization, JsonElement Body)
    {
        public string Input => Body.GetProperty("input").GetString()!;
    }

    /// <summary>The sound of every request that has no reply of its own.</summary>
    public Func<string, byte[]>? Otherwise { get; set; }

    /// <summary>The settings of a node that uses this server.</summary>
    public Dictionary<string, string> Settings =>
        new()
        {
            ["SPEECH_PROVIDER"] = "openai",
            ["SPEECH_ENDPOINT"] = Endpoint.ToString(),
            ["SPEECH_API_KEY"] = "speech-key-of-this-test",
            ["SPEECH_MODEL"] = "speaker",
            ["SPEECH_VOICE"] = "nova",
            ["LLM_RETRY_DELAY"] = "1ms",
        };

    public static Task<SpeechServer> Start() => Started(new SpeechServer());

    /// <summary>The next request is never answered.</summary>
    public SpeechServer Hangs()
    {
        Replies(new VoiceReply(200, "", new TaskCompletionSource().Task));
        return this;
    }

    /// <summary>The next request to speak this text. Requests before it are passed over: several tests can share a server.</summary>
    public Task<Spoken> Next(string input) => Next(spoken => spoken.Input == input);

    protected override async Task<Spoken> Read(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
        return new Spoken(request.Headers.Authorization, body.RootElement.Clone());
    }

    protected override VoiceReply Unscripted(Spoken request) =>
        Otherwise is { } sound ? new VoiceReply(200, sound(request.Input)) : new VoiceReply(500, "");
}
