using System.Text.Json;

namespace Chatbox.Node.Models;

/// <summary>
/// Collects what one event says about an error, in any of many shapes: an <c>error</c> that is an object, a list or a text,
/// <c>"object":"error"</c>, <c>"type":"error"</c>, or a <c>detail</c> or <c>message</c> in place of an answer. The provider's words are
/// compared with known words and not kept.
/// </summary>
internal struct ErrorReport
{
    private bool _isStated;
    private bool _isHinted;
    private bool _isDenied;
    private string? _type;
    private string? _code;
    private string? _reason;

    /// <summary>The first of the numbers that is an HTTP status of an error; null if there is none.</summary>
    public int? Status { get; set; }

    /// <summary>The provider's words for the error, the most specific first.</summary>
    public readonly IEnumerable<string> Words
    {
        get
        {
            if (_code is not null)
                yield return _code;
            if (_type is not null)
                yield return _type;
            if (_reason is not null)
                yield return _reason;
        }
    }

    /// <summary>Whether the provider gave a code or a type, not only a description for people.</summary>
    public readonly bool HasCode => _code is not null || _type is not null;

    /// <summary>
    /// Whether the event is an error. A mere message counts only if the event contains nothing else that the dialect knows.
    /// </summary>
    public readonly bool IsError(bool holdsAnswer) => _isStated || (_isHinted && !_isDenied && !holdsAnswer);

    /// <summary>Marks the event as an error, whatever its content.</summary>
    public void State() => _isStated = true;

    /// <summary>Reads the value of the current name if the name belongs to an error; false otherwise.</summary>
    public bool Take(ref Utf8JsonReader json)
    {
        if (json.Is("error"u8) || json.Is("errors"u8))
        {
            json.Read();
            _isStated |= TakeError(ref json);
        }
        else if (json.Is("object"u8))
            _isStated |= json.TextIs("error"u8);
        else if (json.Is("type"u8))
        {
            json.Read();
            TakeTypeHere(ref json);
        }
        else if (json.Is("code"u8) || json.Is("error_code"u8) || json.Is("status"u8) || IsStatus(ref json))
            TakeCode(ref json);
        else if (IsMessage(ref json))
        {
            json.Read();
            TakeMessageHere(ref json);
        }
        else if (json.Is("success"u8))
        {
            json.Read();
            _isHinted |= json.TokenType == JsonTokenType.False;
            json.Skip();
        }
        else if (json.Is("base_resp"u8))
            TakeStatusObject(ref json);
        else
            return false;
        return true;
    }

    /// <summary>Reads the current value as the event's <c>type</c>.</summary>
    public void TakeTypeHere(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
            json.Skip();
        else if (json.Is("error"u8))
            _isStated = true;
        else
            _type ??= JsonText.Unescape(json.ValueSpan);
    }

    /// <summary>Reads the current value as a <c>message</c> that is no part of an answer.</summary>
    public void TakeMessageHere(ref Utf8JsonReader json) => _isHinted |= TakeError(ref json);

    private static bool IsStatus(ref Utf8JsonReader json) =>
        json.Is("status_code"u8) || json.Is("statusCode"u8) || json.Is("http_status"u8) || json.Is("http_code"u8);

    private static bool IsMessage(ref Utf8JsonReader json) =>
        json.Is("detail"u8)
        || json.Is("details"u8)
        || json.Is("message"u8)
        || json.Is("msg"u8)
        || json.Is("error_msg"u8)
        || json.Is("error_message"u8)
        || json.Is("errorMessage"u8)
        || json.Is("exception"u8)
        || json.Is("fault"u8);

    /// <summary>Reads the current value; true if it reports an error: a non-empty object or list, a text, a number, <c>true</c>.</summary>
    private bool TakeError(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                return TakeMembers(ref json);
            case JsonTokenType.StartArray:
                var any = false;
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                    any |= TakeError(ref json);
                return any;
            case JsonTokenType.String:
                var text = JsonText.Unescape(json.ValueSpan);
                _reason ??= text;
                return !string.IsNullOrWhiteSpace(text);
            case JsonTokenType.Number:
                var number = json.NumberHere();
                Status ??= HttpStatus(number);
                return number is not 0;
            default:
                return json.TokenType == JsonTokenType.True;
        }
    }

    private bool TakeMembers(ref Utf8JsonReader json)
    {
        var any = false;
        while (json.NextProperty())
        {
            if (json.Is("type"u8))
            {
                var type = json.Text();
                _type ??= type;
                any |= !string.IsNullOrEmpty(type);
            }
            else if (json.Is("code"u8) || json.Is("error_code"u8) || json.Is("status"u8) || IsStatus(ref json))
                any |= TakeCode(ref json);
            else if (json.Is("error"u8) || json.Is("errors"u8))
            {
                json.Read();
                any |= TakeError(ref json);
            }
            else
            {
                // FastAPI names the place of a mistake in a request this way.
                if (json.Is("loc"u8))
                    Status ??= 422;
                var isMessage = IsMessage(ref json);
                json.Read();
                if (isMessage && json.TokenType == JsonTokenType.String)
                    _reason ??= JsonText.Unescape(json.ValueSpan);
                any |= SaysSomething(ref json);
            }
        }

        return any;
    }

    // Some servers write the empty error object of their language into every event.
    private static bool SaysSomething(ref Utf8JsonReader json)
    {
        var says = json.TokenType switch
        {
            JsonTokenType.String => json.ValueSpan.Length > 0,
            JsonTokenType.Number => json.NumberHere() is not 0,
            JsonTokenType.Null or JsonTokenType.False => false,
            _ => true,
        };
        json.Skip();
        return says;
    }

    /// <summary>Reads a status, as number or text, or a word; true if it reports an error.</summary>
    private bool TakeCode(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
        {
            json.Skip();
            return false;
        }

        var text = JsonText.Unescape(json.ValueSpan).Trim();
        var number = json.NumberHere() ?? LeadingNumber(text);
        Status ??= HttpStatus(number);
        _isHinted |= text is "error" or "failed" or "fail";
        _isDenied |= number is 0 or 200 || text is "ok" or "OK" or "success" or "processing";
        if (number is null && text.Length > 0)
            _code ??= text;
        return text.Length > 0 && number is not (0 or 200);
    }

    /// <summary>Reads MiniMax's <c>"base_resp":{"status_code":1008}</c>, which is 0 in events without an error.</summary>
    private void TakeStatusObject(ref Utf8JsonReader json)
    {
        if (!json.OpenObject())
            return;
        while (json.NextProperty())
        {
            if (!json.Is("status_code"u8))
            {
                json.Pass();
                continue;
            }

            var code = json.Number();
            Status ??= HttpStatus(code);
            _isHinted |= code is not (null or 0);
        }
    }

    private static int? HttpStatus(double? number) => number is >= 400 and < 600 ? (int)number : null;

    /// <summary>Reads the number at the beginning of a text such as "429 Too Many Requests".</summary>
    private static double? LeadingNumber(string text) =>
        text.Length > 3 && text[..3].All(char.IsAsciiDigit) && !char.IsAsciiLetterOrDigit(text[3]) ? int.Parse(text[..3], null) : null;
}
