using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Chatbox.Benchmarks.Baselines;

/// <summary>A minimal reader of an OpenAI-compatible endpoint: one request, server-sent events, one JSON field.</summary>
internal sealed class ModelClient(Uri model) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = model,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The pieces of the answer as they arrive. Throws if the stream ends without its end mark.</summary>
    public async IAsyncEnumerable<string> Ask(string question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new ByteArrayContent(Body(question)) { Headers = { ContentType = new("application/json") } },
        };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(body, static (_, data) => Content(data)).EnumerateAsync(cancellationToken))
        {
            if (item.Data is null)
                yield break;
            if (item.Data.Length > 0)
                yield return item.Data;
        }

        throw new InvalidDataException("The model's stream ended before [DONE].");
    }

    public void Dispose() => _http.Dispose();

    private static byte[] Body(string question) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                model = "scripted",
                stream = true,
                messages = new[] { new { role = "user", content = question } },
            }
        );

    /// <summary>The text of a chunk: empty if it has none, null at the end mark.</summary>
    private static string? Content(ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
            return null;

        var reader = new Utf8JsonReader(data);
        while (reader.Read())
        {
            // The content of a delta is the only property of that name in a chunk.
            if (reader.TokenType is JsonTokenType.PropertyName && reader.ValueTextEquals("content"u8))
                return reader.Read() && reader.TokenType is JsonTokenType.String ? reader.GetString()! : "";
        }

        return "";
    }
}
