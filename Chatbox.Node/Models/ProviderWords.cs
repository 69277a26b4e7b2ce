using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Chatbox.Node.Models;

/// <summary>
/// The text of a provider's refusal, and the facts that a node can act on. The text itself is never logged or shown, because it may quote
/// the conversation.
/// </summary>
internal sealed partial class ProviderWords
{
    /// <summary>Greatest number of bytes of a refusal that are read.</summary>
    public const int MaxBytes = 16_384;

    /// <summary>Smallest plausible window of a model, in tokens.</summary>
    private const int LeastWindow = 256;

    private readonly string _text;
    private readonly HashSet<string> _fields;

    private ProviderWords(string text, HashSet<string> fields) => (_text, _fields) = (text, fields);

    /// <summary>Whether the prompt, alone or with the answer asked for, is longer than the model's window.</summary>
    public bool SayTooLong => TooLong().IsMatch(_text) && (!OutputLimit().IsMatch(_text) || PromptLimit().IsMatch(_text));

    /// <summary>The window that the text names, in tokens; null if it names no plausible one.</summary>
    public int? Window
    {
        get
        {
            var match = WindowSize().Match(_text);
            var digits = match.Groups.Cast<Group>().Skip(1).FirstOrDefault(group => group.Success)?.Value.Replace(",", "").Replace("_", "");
            return int.TryParse(digits, CultureInfo.InvariantCulture, out var tokens) && tokens >= LeastWindow ? tokens : null;
        }
    }

    /// <summary>Whether the request, or the text in it, is too large for a proxy in front of the model.</summary>
    public bool SayTooLarge => TooLarge().IsMatch(_text);

    /// <summary>Whether the text complains about a number that is out of bounds.</summary>
    public bool SayOutOfBounds => OutOfBounds().IsMatch(_text);

    /// <summary>Whether the text mentions the conversation that the provider keeps.</summary>
    public bool MentionConversation => Conversation().IsMatch(_text);

    /// <summary>Whether the conversation that the provider keeps is gone, or accepts no more messages.</summary>
    public bool SayConversationGone => ConversationGone().IsMatch(_text);

    /// <summary>Reads a refusal's body: JSON with its error anywhere in it, or plain text.</summary>
    public static ProviderWords Of(ReadOnlySpan<byte> body)
    {
        var words = new StringBuilder();
        var fields = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            var json = new Utf8JsonReader(body);
            while (json.Read())
                Take(ref json, words, fields);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The body is plain text, or JSON that was cut at the limit.
            words.Append(' ').Append(Encoding.UTF8.GetString(body));
        }

        return new ProviderWords(words.ToString(), fields);
    }

    /// <summary>Creates the text of an error inside a stream.</summary>
    public static ProviderWords Of(params ReadOnlySpan<string?> texts) => new(string.Join(' ', texts), []);

    /// <summary>
    /// Whether the text names a field of the request. A name that is also an English word counts only as the value of <c>param</c> or
    /// <c>loc</c>, in quotes, or after a word such as parameter.
    /// </summary>
    public bool Name(string field)
    {
        if (_fields.Any(named => named.Equals(field, StringComparison.OrdinalIgnoreCase) || StartsWith(named, field)))
            return true;
        var name = Regex.Escape(field);
        var pattern = field.Contains('_')
            ? $@"(?<![\w]){name}(?![\w])"
            : $"""["'`]{name}["'`]|\b(?:param|parameter|argument|field|property|key)s?:?\s+{name}\b""";
        return Regex.IsMatch(_text, pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Longest);
    }

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private static bool StartsWith(string named, string field) =>
        named.Length > field.Length && named.StartsWith(field, StringComparison.OrdinalIgnoreCase) && named[field.Length] is '.' or '[';

    private static void Take(ref Utf8JsonReader json, StringBuilder words, HashSet<string> fields)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.PropertyName when IsFieldName(ref json):
                json.Read();
                if (json.TokenType == JsonTokenType.String)
                    fields.Add(json.GetString()!);
                else
                    TakeList(ref json, fields);
                break;
            case JsonTokenType.PropertyName when json.ValueTextEquals("n_ctx"u8):
                json.Read();
                if (json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var window))
                    words.Append(CultureInfo.InvariantCulture, $" n_ctx {window}");
                else
                    json.Skip();
                break;
            case JsonTokenType.String:
                words.Append(' ').Append(json.GetString());
                break;
        }
    }

    private static bool IsFieldName(ref Utf8JsonReader json) =>
        json.ValueTextEquals("param"u8)
        || json.ValueTextEquals("loc"u8)
        || json.ValueTextEquals("params"u8)
        || json.ValueTextEquals("field"u8);

    private static void TakeList(ref Utf8JsonReader json, HashSet<string> fields)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.String)
                fields.Add(json.GetString()!);
            else
                json.Skip();
        }
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    // OpenAI, Azure, vLLM, SGLang, llama.cpp, LM Studio, Ollama, Anthropic, Bedrock, Gemini, Mistral, Groq, Together, xAI, Moonshot, Qwen,
    // Zhipu.
    [GeneratedRegex(
        "context[ _-]?(length|window|size|limit)|max(imum)? (context|prompt length)|prompt[ _](is )?too[ _]long|prompt contains [0-9]+ tokens"
            + "|(input|prompt|request|messages?|conversation) (is|are|was|were)? ?too (long|large)|too many (input |prompt )?tokens"
            + "|maximum (allowed )?number of (input )?tokens|token (count|limit)|exceed[a-z]* .{0,60}(tokens?|input length|context)"
            + "|tokens? .{0,60}exceed|(reduce|shorten) (the|your) (length|prompt|input|message|number)|request_too_large|string_above_max_length"
            + "|range of input length|max_model_len|must be <= [0-9]+\\. given|超长|上下文.{0,12}(长|超)|(输入|提示).{0,12}(过长|超)",
        Options
    )]
    private static partial Regex TooLong();

    [GeneratedRegex(
        "(?:context|prompt) (?:length|window|size)(?: limit)?(?: is| of|:)?(?: only)? \\(?([0-9][0-9,_]+)|> ([0-9][0-9,_]+) maximum"
            + "|tokens allowed \\(?([0-9][0-9,_]+)|with ([0-9][0-9,_]+) maximum context|token limit: ?([0-9][0-9,_]+)|must be <= ([0-9][0-9,_]+)"
            + "|\\bn_ctx ([0-9]+)",
        Options
    )]
    private static partial Regex WindowSize();

    [GeneratedRegex("(output|completion|new|response)[ _]tokens|max_(completion_|new_|output_)?tokens", Options)]
    private static partial Regex OutputLimit();

    [GeneratedRegex("context|prompt|input|messages", Options)]
    private static partial Regex PromptLimit();

    [GeneratedRegex("too (large|long|big)|entity too", Options)]
    private static partial Regex TooLarge();

    [GeneratedRegex("too (large|big|high)|at most|less than|greater than|maximum|exceed|out of range|between|<=|> ?[0-9]", Options)]
    private static partial Regex OutOfBounds();

    [GeneratedRegex("conversation|会话|对话", Options)]
    private static partial Regex Conversation();

    [GeneratedRegex(
        "conversation.{0,60}(not[ _-]?(exist|found|available|valid)|(does|did)(n'?t| not) exist|no longer|missing|expired|deleted|removed|gone|completed|ended|closed|archived|invalid|unknown)"
            + "|(no such|unknown|invalid|missing|expired|deleted|not find|couldn'?t find|can'?t find|find no) (a |the |this )?conversation"
            + "|(会话|对话).{0,12}(不存在|未找到|失效|过期|结束|删除)|(不存在|未找到|找不到).{0,8}(会话|对话)",
        Options
    )]
    private static partial Regex ConversationGone();
}
