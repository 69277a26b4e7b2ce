using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>
/// What one provider's event stream has said so far. The reader hands over each event as bytes; the text in it comes back at once, all
/// else is kept here until the end. One object per answer, so that an event costs nothing but its text.
/// </summary>
internal abstract class ProviderEvents(string provider)
{
    private long? _promptTokens;
    private long? _completionTokens;
    private string? _thought;

    public string Provider { get; } = provider;

    /// <summary>The provider has said its last word; nothing after it is read.</summary>
    public bool Ended { get; protected set; }

    /// <summary>Why the answer ended, once the provider has said so.</summary>
    public ChatFinishReason? Finish { get; protected set; }

    /// <summary>The answer is whole: what is missing after this can only be usage numbers.</summary>
    public bool Complete => Ended || Finish is not null;

    /// <summary>The event's share of the answer, or null for an event without text.</summary>
    /// <exception cref="Chatbox.Actors.Models.ModelFailureException">The event is an error.</exception>
    /// <exception cref="System.Text.Json.JsonException">The event is not JSON.</exception>
    public abstract string? Read(ReadOnlySpan<byte> data);

    /// <summary>The update that carries a piece of text: an array instead of a list, because there is one per token.</summary>
    public virtual ChatResponseUpdate Piece(string text) =>
        new() { Role = ChatRole.Assistant, Contents = new AIContent[] { new TextContent(text) } };

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

    /// <summary>The last update: the reason, and the usage if the provider gave any number.</summary>
    public virtual ChatResponseUpdate Last()
    {
        var last = new ChatResponseUpdate { Role = ChatRole.Assistant, FinishReason = Finish ?? ChatFinishReason.Stop };
        if (_promptTokens is null && _completionTokens is null)
            return last;
        var usage = new UsageDetails { InputTokenCount = _promptTokens, OutputTokenCount = _completionTokens };
        if (_promptTokens is { } prompt && _completionTokens is { } completion)
            usage.TotalTokenCount = prompt + completion;
        last.Contents.Add(new UsageContent(usage));
        return last;
    }

    /// <summary>The event is about what the model thinks; empty when the provider does not say what.</summary>
    protected void Thinks(string text) => _thought += text;

    /// <summary>Keeps the latest numbers: providers that send several send running totals.</summary>
    protected void Used(long? promptTokens, long? completionTokens)
    {
        _promptTokens = promptTokens ?? _promptTokens;
        _completionTokens = completionTokens ?? _completionTokens;
    }
}
