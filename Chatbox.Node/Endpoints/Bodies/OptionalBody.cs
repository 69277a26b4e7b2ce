using System.Text.Json;

namespace Chatbox.Node.Endpoints.Bodies;

/// <summary>The optional JSON object in the body of a request.</summary>
/// <param name="Fields">The object; null without a body.</param>
/// <param name="Refusal">The response to an invalid body.</param>
internal sealed record OptionalBody(JsonElement? Fields, ErrorResponse? Refusal)
{
    /// <summary>Maximum size of a body in bytes.</summary>
    private const int MaxBytes = 4096;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Reads the body. Unknown fields are refused, because a misspelt field would otherwise be ignored.</summary>
    public static async Task<OptionalBody> Read(HttpContext http, params string[] known)
    {
        var bytes = new byte[MaxBytes + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length == 0)
            return new OptionalBody(null, null);
        if (length > MaxBytes)
            return Refuse(ErrorResponse.PayloadTooLarge($"The body has more than {MaxBytes} bytes."));
        if (!http.Request.HasJsonContentType())
            return Refuse(ErrorResponse.UnsupportedMediaType("The body must be application/json."));
        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(0, length), Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return Refuse(ErrorResponse.BadRequest("The body must be a JSON object."));
            foreach (var field in document.RootElement.EnumerateObject())
            {
                if (!known.Contains(field.Name))
                    return Refuse(ErrorResponse.BadRequest($"The body may contain {string.Join(" and ", known)} only."));
                if (field.Value.ValueKind == JsonValueKind.String && !IsText(field.Value))
                    return Refuse(ErrorResponse.BadRequest($"{field.Name} is not valid text."));
            }

            return new OptionalBody(document.RootElement.Clone(), null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Refuse(ErrorResponse.BadRequest("The body must be a JSON object."));
        }
    }

    /// <summary>Whether the text is valid Unicode, without lone surrogates.</summary>
    private static bool IsText(JsonElement value)
    {
        try
        {
            return value.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static OptionalBody Refuse(ErrorResponse refusal) => new(null, refusal);
}
