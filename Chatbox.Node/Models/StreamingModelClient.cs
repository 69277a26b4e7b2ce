using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>The common part of all clients. They only stream; a whole answer is a stream read to its end.</summary>
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

    /// <summary>The object to which the caller wants signs of life reported; null for none.</summary>
    protected static StreamSigns? SignsOf(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(ModelCall.Signs, out StreamSigns? signs) is true ? signs : null;

    /// <summary>When the caller wants the response to be read; null for whenever something arrives.</summary>
    protected static ReadPace? PaceOf(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(ModelCall.Pace, out ReadPace? pace) is true ? pace : null;

    /// <summary>Greatest length of the answer in tokens: the limit of the call, or that of the model.</summary>
    protected int MaxTokens(ChatOptions? options) => options?.MaxOutputTokens ?? Provider.Description.MaxOutputTokens;
}
