using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Anthropic;

/// <summary>
/// Parses the response of <c>messages</c> with <c>stream: true</c>: events, or the whole message as one document. Events are recognized by
/// their content, which repeats the event's name.
/// </summary>
/// <param name="provider">The provider type, for failures.</param>
/// <param name="sentAlready">
/// White space at the end of the text so far, which the request had to leave out. It is removed if the answer begins with it.
/// </param>
internal sealed class AnthropicEvents(string provider, string sentAlready) : ProviderEvents(provider)
{
    private int _skipped;

    protected override ChatResponseUpdate Piece(string text) => base.Piece(_skipped < sentAlready.Length ? WithoutSent(text) : text);

    protected override void ReadObject(ref Utf8JsonReader json, EventName name, bool isDocument)
    {
        var error = new ErrorReport();
        var isKnown = false;
        if (name == EventName.Error)
            error.State();
        var ends = name == EventName.MessageStop;
        while (json.NextProperty())
        {
            if (json.Is("delta"u8) || json.Is("content_block"u8))
                isKnown |= ReadMessage(ref json, isDocument: false);
            else if (json.Is("message"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.StartObject)
                    isKnown |= ReadMembers(ref json, isDocument: false);
                else
                    error.TakeMessageHere(ref json);
            }
            else if (json.Is("type"u8))
                ReadType(ref json, ref error, ref isKnown, ref ends);
            else if (!ReadMember(ref json, isDocument) && !error.Take(ref json))
                json.Pass();
        }

        if (error.IsError(isKnown))
            throw ProviderFailures.InStream(Provider, error);
        Ended |= ends;
    }

    private static void ReadType(ref Utf8JsonReader json, ref ErrorReport error, ref bool isKnown, ref bool ends)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String && json.Is("message_stop"u8))
            ends = true;
        else if (json.TokenType == JsonTokenType.String && json.ValueSpan.StartsWith("content_block"u8))
            isKnown = true;
        else if (json.TokenType == JsonTokenType.String && (json.ValueSpan.StartsWith("message"u8) || json.Is("ping"u8)))
            isKnown = true;
        else
            error.TakeTypeHere(ref json);
    }

    /// <summary>Reads a message, or a change of one.</summary>
    private bool ReadMessage(ref Utf8JsonReader json, bool isDocument) => json.OpenObject() && ReadMembers(ref json, isDocument);

    private bool ReadMembers(ref Utf8JsonReader json, bool isDocument)
    {
        var before = TextLength;
        var (isText, isFile) = (true, false);
        AIContent? file = null;
        while (json.NextProperty())
        {
            if (json.Is("type"u8))
                (isText, isFile) = json.Text() is { } type ? (IsText(type), IsFile(type)) : (true, false);
            else if (json.Is("source"u8))
                file = json.File();
            else if (!ReadMember(ref json, isDocument))
                json.Pass();
        }

        if (!isText)
            KeepText(before);
        if (isFile)
            Files.Add(file);
        return true;
    }

    /// <summary>Reads the value of the current name if it belongs to a message; false otherwise.</summary>
    private bool ReadMember(ref Utf8JsonReader json, bool isDocument)
    {
        if (json.Is("text"u8) || json.Is("refusal"u8) || json.Is("content"u8) || json.Is("completion"u8))
        {
            Say(ref json);
            if (isDocument)
                HoldsMessage();
        }
        else if (json.Is("thinking"u8))
            Thinks(json.Text() ?? "");
        else if (json.Is("signature"u8))
        {
            // Thinking that is redacted or only signed still shows that the model thinks.
            json.Pass();
            Thinks("");
        }
        else if (json.Is("stop_reason"u8))
            FinishWith(FinishWords.Of(json.Text()));
        else if (json.Is("usage"u8))
            Used(ReportedUsage.Read(ref json, cacheIsApart: true));
        else
            return false;
        return true;
    }

    private string WithoutSent(string text)
    {
        var start = 0;
        while (start < text.Length && _skipped < sentAlready.Length && text[start] == sentAlready[_skipped])
        {
            start++;
            _skipped++;
        }

        if (start < text.Length)
            _skipped = sentAlready.Length;
        return text[start..];
    }
}
