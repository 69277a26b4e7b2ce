using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>
/// The state of one provider's response while its events are read. The text of events gathers until it is taken; the numbers are kept until the
/// end. There is one object per answer, so that an event of text allocates nothing.
/// </summary>
internal abstract class ProviderEvents(string provider)
{
    private readonly JsonText _decoder = new();
    private readonly GatheredText _text = new();

    /// <summary>Length of the text that had gathered before the last event.</summary>
    private int _earlier;
    private bool _handedOver;
    private string? _thought;
    private bool _isPuzzled;
    private int _documents;
    private bool _isMessage;
    private ReportedUsage _usage;

    public string Provider { get; } = provider;

    /// <summary>Whether the provider has sent its last event. Nothing after it is read.</summary>
    public bool Ended { get; protected set; }

    /// <summary>The reason for the end of the answer; null until the provider has named it.</summary>
    public ChatFinishReason? Finish { get; private set; }

    /// <summary>Whether the provider has named a final reason, so that nothing that follows can spoil the answer.</summary>
    public bool IsDecided => FinishWords.IsKnownGood(Finish);

    /// <summary>Whether the response may end here. At most usage numbers are missing.</summary>
    public bool MayEnd => Ended || Finish is not null || (_isMessage && _documents == 1);

    /// <summary>Whether the response contains an answer: a text, or a reason for its end.</summary>
    public bool IsAnswer => Finish is not null || ((HasText || Files.WereTaken) && !_isPuzzled);

    /// <summary>Greatest size of one event, in bytes.</summary>
    public virtual int MaxEventBytes => ProviderStream.MaxEventBytes;

    /// <summary>Whether the answer has text.</summary>
    public bool HasText => _handedOver || _text.Length > 0;

    /// <summary>Whether the last event holds something beside text, or text that cannot be joined with the text before.</summary>
    public virtual bool StandsAlone => _thought is not null || Files.Count > 0;

    /// <summary>The files of the answer.</summary>
    public FoundFiles Files { get; } = new();

    /// <summary>Reads an event. Its text gathers behind that of earlier events.</summary>
    /// <param name="isDocument">Whether the data came as plain JSON instead of an event, so that they may be the whole answer.</param>
    /// <exception cref="Chatbox.Actors.Models.ModelFailureException">The event is an error.</exception>
    /// <exception cref="JsonException">The event is not JSON.</exception>
    public void Read(EventName name, ReadOnlySpan<byte> data, bool isDocument)
    {
        _earlier = _text.Length;
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

    /// <summary>Whether the last event has added text.</summary>
    public bool Spoke => _text.Length > _earlier;

    /// <summary>Returns an update with the text of all events since the last call; null if there is none.</summary>
    public ChatResponseUpdate? TakeText() => _text.Length > 0 ? Piece(Take(_text.Length)) : null;

    /// <summary>Returns an update with the text that had gathered before the last event; null if there is none.</summary>
    public ChatResponseUpdate? TakeEarlierText() => _earlier > 0 ? EarlierPiece(Take(_earlier)) : null;

    /// <summary>
    /// Returns an update with the model's thinking, if the last event was about it, and null otherwise. The thinking is empty if the
    /// provider hides it. It is no part of the answer.
    /// </summary>
    public ChatResponseUpdate? TakeThought()
    {
        if (_thought is not { } thought)
            return null;
        _thought = null;
        return new ChatResponseUpdate { Role = ChatRole.Assistant, Contents = new AIContent[] { new TextReasoningContent(thought) } };
    }

    /// <summary>Returns the last text, with the end of a character that is incomplete; null if there is none.</summary>
    public ChatResponseUpdate? TakeRest()
    {
        _text.Append(_decoder.Rest());
        return TakeText();
    }

    /// <summary>Creates the last update, with the reason and the usage if the provider reported one.</summary>
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

    /// <summary>Trims white space.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes) => bytes.Trim(" \t\r\n"u8);

    /// <summary>Whether the data are <c>[DONE]</c>, with which OpenAI and many other servers end a stream.</summary>
    public static bool IsClosingWord(ReadOnlySpan<byte> data) => data is [(byte)'[', ..] && IsClosingWord(data, out _);

    /// <summary>Creates the update for text. It uses an array instead of a list, because there are many.</summary>
    protected virtual ChatResponseUpdate Piece(string text) =>
        new() { Role = ChatRole.Assistant, Contents = new AIContent[] { new TextContent(text) } };

    /// <summary>Creates the update for text of events before the last one, which says nothing about that text.</summary>
    protected virtual ChatResponseUpdate EarlierPiece(string text) => Piece(text);

    /// <summary>Reads an object, which the reader has just entered.</summary>
    protected abstract void ReadObject(ref Utf8JsonReader json, EventName name, bool isDocument);

    /// <summary>Adds the text of the next value. See <see cref="SayHere"/>.</summary>
    protected void Say(ref Utf8JsonReader json)
    {
        json.Read();
        SayHere(ref json);
    }

    /// <summary>Adds the text of the current value: a string, or a list or object with parts that are text.</summary>
    protected void SayHere(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                _decoder.Next(json.ValueSpan, json.ValueIsEscaped, _text);
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

    /// <summary>Reports that the event is about the model's thinking; the text is empty if the provider hides it.</summary>
    protected void Thinks(string text) => _thought += text;

    /// <summary>Drops the text after a length. Text of earlier events stays.</summary>
    protected void KeepText(int length) => _text.Keep(length);

    /// <summary>Drops the text of this event before a position.</summary>
    protected void KeepTextFrom(int start) => _text.Remove(_earlier, start - _earlier);

    /// <summary>Length of all text that has gathered.</summary>
    protected int TextLength => _text.Length;

    /// <summary>Marks the document as a whole message. Not every server also reports the end.</summary>
    protected void HoldsMessage() => _isMessage = true;

    /// <summary>Registers the provider's reason for the end. An unknown word never replaces a known one.</summary>
    protected void FinishWith(ChatFinishReason? reason)
    {
        if (reason is not null && (!IsDecided || FinishWords.IsKnownGood(reason)))
            Finish = reason;
    }

    /// <summary>Keeps the latest counts: a provider that reports several times reports running totals.</summary>
    protected void Used(ReportedUsage usage) =>
        _usage = new ReportedUsage(usage.Prompt ?? _usage.Prompt, usage.Completion ?? _usage.Completion);

    /// <summary>Whether a part of a message with this type is text for people, rather than thinking or a tool.</summary>
    protected static bool IsText(string type) => (Has(type, "text") && !IsThought(type)) || Has(type, "refusal") || Has(type, "message");

    /// <summary>Whether a part of a message with this type is a file that the model made.</summary>
    protected static bool IsFile(string type) => Has(type, "image") || Has(type, "file");

    private static bool IsThought(string type) => Has(type, "reasoning") || Has(type, "thinking");

    private static bool Has(string type, string word) => type.Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a part of a list of contents. Thinking is a part of its own and no text of the answer.</summary>
    private void SayPart(ref Utf8JsonReader json)
    {
        var before = TextLength;
        var (isText, isThought, isFile) = (true, false, true);
        AIContent? file = null;
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
                isFile = IsFile(type);
            }
            else if (json.Is("image_url"u8) || json.Is("source"u8) || json.Is("file"u8))
                file = json.File() ?? file;
            else
                json.Pass();
        }

        if (isThought)
            Thinks(_text.From(before));
        if (isThought || !isText)
            KeepText(before);
        if (isFile)
            Files.Add(file);
    }

    private string Take(int length)
    {
        _handedOver = true;
        _earlier = 0;
        return _text.Take(length);
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
    /// Reads data that are not JSON and therefore no part of the answer. After such data, the answer counts as complete only if the
    /// provider names a reason for its end.
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
