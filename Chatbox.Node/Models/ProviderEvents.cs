using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>
/// What one provider's response has said so far. The reader hands over each event as bytes; the text in it is taken at once, all else is
/// kept here until the end. One object per answer, so that an event costs nothing but its text.
/// </summary>
internal abstract class ProviderEvents(string provider)
{
    private readonly JsonText _text = new();
    private string _taken = "";
    private string? _thought;
    private bool _isPuzzled;
    private int _documents;
    private bool _isMessage;
    private ReportedUsage _usage;

    public string Provider { get; } = provider;

    /// <summary>The provider has said its last word; nothing after it is read.</summary>
    public bool Ended { get; protected set; }

    /// <summary>Why the answer ended, once the provider has said so.</summary>
    public ChatFinishReason? Finish { get; private set; }

    /// <summary>The provider has said how the answer ended: nothing that comes after can spoil it.</summary>
    public bool IsDecided => FinishWords.IsKnownGood(Finish);

    /// <summary>The response may end here: what is missing can only be numbers of usage.</summary>
    public bool MayEnd => Ended || Finish is not null || (_isMessage && _documents == 1);

    /// <summary>An answer without text and without a word on how it ended is none.</summary>
    public bool IsAnswer => Finish is not null || (HasText && !_isPuzzled);

    /// <summary>Something of the answer has been taken.</summary>
    public bool HasText { get; private set; }

    /// <summary>Reads an event; <see cref="TakeText"/> then returns its share of the answer.</summary>
    /// <param name="isDocument">The data came as JSON, not as an event: it may be the whole answer.</param>
    /// <exception cref="Chatbox.Actors.Models.ModelFailureException">The event is an error.</exception>
    /// <exception cref="JsonException">The event is not JSON.</exception>
    public void Read(EventName name, ReadOnlySpan<byte> data, bool isDocument)
    {
        data = Trim(data);
        if (isDocument)
            _documents++;
        if (name == EventName.Ping || IsBlank(name, data))
            return;
        while (!data.IsEmpty && !Ended)
        {
            if (IsClosingWord(data, out var length))
            {
                Ended = true;
                return;
            }

            // A proxy that wraps events may write the field's name twice.
            if (data.StartsWith("data:"u8))
                length = "data:"u8.Length;
            else if (!BeginsJson(data))
            {
                ReadWords(name, data);
                return;
            }
            else
                length = ReadValue(name, data, isDocument);
            data = Trim(data[length..]);
        }
    }

    /// <summary>The text that has been read since the last call; empty if there is none.</summary>
    public string TakeText()
    {
        var text = _taken;
        _taken = "";
        HasText |= text.Length > 0;
        return text;
    }

    /// <summary>
    /// The update that says that the model thinks, with the text if the provider gives it, if the event last read was about that; else
    /// null. Thinking is no part of the answer.
    /// </summary>
    public ChatResponseUpdate? TakeThought()
    {
        if (_thought is not { } thought)
            return null;
        _thought = null;
        return new ChatResponseUpdate { Role = ChatRole.Assistant, Contents = new AIContent[] { new TextReasoningContent(thought) } };
    }

    /// <summary>The end of a text whose last character is incomplete.</summary>
    public string Rest() => _text.Rest();

    /// <summary>The update that carries a piece of text: an array instead of a list, because there is one per token.</summary>
    public virtual ChatResponseUpdate Piece(string text) =>
        new() { Role = ChatRole.Assistant, Contents = new AIContent[] { new TextContent(text) } };

    /// <summary>The last update: the reason, and the usage if the provider gave any number.</summary>
    public virtual ChatResponseUpdate Last()
    {
        var last = new ChatResponseUpdate { Role = ChatRole.Assistant, FinishReason = Finish ?? ChatFinishReason.Stop };
        if (_usage is { Prompt: null, Completion: null })
            return last;
        var usage = new UsageDetails
        {
            InputTokenCount = _usage.Prompt,
            OutputTokenCount = _usage.Completion,
            TotalTokenCount = _usage.Prompt + _usage.Completion,
        };
        last.Contents.Add(new UsageContent(usage));
        return last;
    }

    /// <summary>The bytes without white space around them.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes) => bytes.Trim(" \t\r\n"u8);

    /// <summary>OpenAI's <c>[DONE]</c>, as many servers and proxies end their streams.</summary>
    public static bool IsClosingWord(ReadOnlySpan<byte> data) => data is [(byte)'[', ..] && IsClosingWord(data, out _);

    /// <summary>Consumes an object that the reader has stepped into.</summary>
    protected abstract void ReadObject(ref Utf8JsonReader json, EventName name, bool isDocument);

    /// <summary>Adds the text, if there is any, that the reader's next value holds; see <see cref="SayHere"/>.</summary>
    protected void Say(ref Utf8JsonReader json)
    {
        json.Read();
        SayHere(ref json);
    }

    /// <summary>Adds the text of the value that the reader is at: a string, or parts of which some are text.</summary>
    protected void SayHere(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                Say(_text.Next(json.ValueSpan, json.ValueIsEscaped));
                break;
            case JsonTokenType.StartArray:
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                    SayHere(ref json);
                break;
            case JsonTokenType.StartObject:
                SayPart(ref json);
                break;
        }
    }

    /// <summary>Adds text.</summary>
    protected void Say(string text)
    {
        if (text.Length > 0)
            _taken = _taken.Length == 0 ? text : _taken + text;
    }

    /// <summary>The event is about what the model thinks; empty when the provider does not say what.</summary>
    protected void Thinks(string text) => _thought += text;

    /// <summary>Forgets what this event has said after so much text.</summary>
    protected void KeepText(int length) => _taken = _taken[..length];

    /// <summary>Forgets what this event had said before.</summary>
    protected void KeepTextFrom(int start) => _taken = _taken[start..];

    /// <summary>How much text this event has so far.</summary>
    protected int TextLength => _taken.Length;

    /// <summary>The text of this document is a whole message, not a part of one. Not every server also says that it ends here.</summary>
    protected void HoldsMessage() => _isMessage = true;

    /// <summary>The provider's word for the end. One that we know is not taken back by one that we do not.</summary>
    protected void FinishWith(ChatFinishReason? reason)
    {
        if (reason is not null && (!IsDecided || FinishWords.IsKnownGood(reason)))
            Finish = reason;
    }

    /// <summary>Keeps the latest counts: a provider that reports several times reports running totals.</summary>
    protected void Used(ReportedUsage usage) =>
        _usage = new ReportedUsage(usage.Prompt ?? _usage.Prompt, usage.Completion ?? _usage.Completion);

    /// <summary>What a part of a message is called if it is text for people: not what the model thinks, and nothing about tools.</summary>
    protected static bool IsText(string type) => (Has(type, "text") && !IsThought(type)) || Has(type, "refusal") || Has(type, "message");

    private static bool IsThought(string type) => Has(type, "reasoning") || Has(type, "thinking");

    private static bool Has(string type, string word) => type.Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>A part of a list of contents. What a model thinks is a part of its own kind, and no text of the answer.</summary>
    private void SayPart(ref Utf8JsonReader json)
    {
        var before = TextLength;
        var (isText, isThought) = (true, false);
        while (json.NextProperty())
        {
            if (json.Is("text"u8) || json.Is("refusal"u8) || json.Is("value"u8))
                Say(ref json);
            else if (json.Is("thinking"u8))
            {
                isThought = true;
                Say(ref json);
            }
            else if (json.Is("type"u8))
            {
                var type = json.Text() ?? "text";
                isText = IsText(type);
                isThought |= IsThought(type);
            }
            else
                json.Pass();
        }

        if (isThought)
            Thinks(_taken[before..]);
        if (isThought || !isText)
            KeepText(before);
    }

    private bool IsBlank(EventName name, ReadOnlySpan<byte> data)
    {
        if (!data.IsEmpty)
            return false;
        if (name == EventName.Error)
            throw ProviderFailures.InStream(Provider, default);
        Ended |= name == EventName.MessageStop;
        return true;
    }

    private int ReadValue(EventName name, ReadOnlySpan<byte> data, bool isDocument)
    {
        var json = new Utf8JsonReader(data, EventJson.Options);
        json.Read();
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadObject(ref json, name, isDocument);
                break;
            case JsonTokenType.StartArray:
                while (json.NextObject())
                    ReadObject(ref json, name, isDocument);
                break;
            case JsonTokenType.Null:
                break;
            default:
                throw new JsonException();
        }

        return (int)json.BytesConsumed;
    }

    /// <summary>
    /// Data that is no JSON and so can hold no part of the answer. It is passed by; but an answer after it is whole only if the provider
    /// says so with a reason.
    /// </summary>
    private void ReadWords(EventName name, ReadOnlySpan<byte> data)
    {
        if (name == EventName.Error || data.Length >= 5 && Ascii.EqualsIgnoreCase(data[..5], "error"u8))
            throw ProviderFailures.InStream(Provider, default);
        _isPuzzled = true;
    }

    private static bool BeginsJson(ReadOnlySpan<byte> data) =>
        data[0] is (byte)'{' or (byte)'[' or (byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9') || data.SequenceEqual("null"u8);

    private static bool IsClosingWord(ReadOnlySpan<byte> data, out int length)
    {
        length = data.IndexOf((byte)']') + 1;
        return data[0] == '[' && length > 1 && Ascii.EqualsIgnoreCase(Trim(data[1..(length - 1)]), "DONE"u8);
    }
}
