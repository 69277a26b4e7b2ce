using System.Text.Json;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Streams;

/// <summary>The frames in the body of a request: one JSON object, or an array of them.</summary>
internal static class PostedFrames
{
    /// <summary>Maximum number of frames in one request.</summary>
    public const int MaxFrames = 20;

    /// <summary>Reads the frames, or says what is wrong with the body as a whole. Each frame is checked later, like a socket's.</summary>
    /// <param name="maxBytes">Maximum size of the body: that of one message on a socket.</param>
    public static async Task<(IReadOnlyList<ReadOnlyMemory<byte>> Frames, ErrorResponse? Refusal)> Read(HttpContext http, int maxBytes)
    {
        if (!http.Request.HasJsonContentType())
            return ([], ErrorResponse.UnsupportedMediaType("The body must be application/json."));
        if (http.Request.ContentLength > maxBytes)
            return ([], TooLarge(maxBytes));
        using var body = new MemoryStream();
        var part = new byte[16_384];
        for (int read; (read = await http.Request.Body.ReadAsync(part, http.RequestAborted)) > 0; )
        {
            if (body.Length + read > maxBytes)
                return ([], TooLarge(maxBytes));
            body.Write(part, 0, read);
        }

        return Split(body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    private static (IReadOnlyList<ReadOnlyMemory<byte>>, ErrorResponse?) Split(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return ([body], null);
            if (document.RootElement.ValueKind != JsonValueKind.Array || document.RootElement.GetArrayLength() is 0 or > MaxFrames)
                return ([], ErrorResponse.BadRequest($"The body must be a frame, or an array of 1 to {MaxFrames} frames."));
            return (
                [
                    .. document
                        .RootElement.EnumerateArray()
                        .Select(frame => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(frame, StreamJson.Default.JsonElement)),
                ],
                null
            );
        }
        catch (JsonException)
        {
            return ([], ErrorResponse.BadRequest("The body must be JSON."));
        }
    }

    private static ErrorResponse TooLarge(int maxBytes) => ErrorResponse.PayloadTooLarge($"The body has more than {maxBytes} bytes.");
}
