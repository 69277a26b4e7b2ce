using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>What all adapters share: they only stream, and a whole answer is a stream read to its end.</summary>
internal abstract class StreamingModelClient(ModelProviderOptions provider) : IChatClient
{
    protected ModelProviderOptions Provider { get; } = provider;

    public abstract IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    );

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            if (update.AdditionalProperties?.ContainsKey(ModelCall.Replace) == true)
                updates.Clear();
            updates.Add(update);
        }

        return updates.ToChatResponse();
    }

    public virtual object? GetService(Type serviceType, object? serviceKey = null)
    {
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(ChatClientMetadata))
            return new ChatClientMetadata(Provider.Description.Provider, Provider.Endpoint, Provider.Model);
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) { }

    /// <summary>Where the caller wants to hear about the response's bytes; null if nowhere.</summary>
    protected static StreamSigns? SignsOf(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(ModelCall.Signs, out StreamSigns? signs) is true ? signs : null;

    /// <summary>Most tokens to ask for: the call's own limit, else the model's.</summary>
    protected int MaxTokens(ChatOptions? options) => options?.MaxOutputTokens ?? Provider.Description.MaxOutputTokens;
}
