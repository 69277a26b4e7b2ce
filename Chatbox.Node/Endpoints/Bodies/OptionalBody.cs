using System.Text.Json;

namespace Chatbox.Node.Endpoints.Bodies;

/// <summary>The JSON object of a request that may come without one.</summary>
/// <param name="Fields">Null if there is no body.</param>
/// <param name="Refusal">Set when the body cannot be used.</param>
internal sealed record OptionalBody(JsonElement? Fields, ErrorResponse? Refusal)
{
    /// <summary>Longest body, in bytes.</summary>
    private const int MaxBytes = 4096;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Reads the body. Unknown fields are refused: a misspelt one must not have the effect of none.</summary>
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
                    return Refuse(ErrorResponse.BadRequest($"The body may have {string.Join(" and ", known)}, and nothing else."));
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

    /// <summary>False for half a surrogate pair, which is no character.</summary>
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
