using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Unit.Models;

/// <summary>A model whose every word comes from the test.</summary>
internal sealed class ManualChatClient : IChatClient
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly BlockingCollection<Call> _calls = [];

    /// <summary>Whether the client continues after cancellation, as no real client should.</summary>
    public bool IgnoresCancellation { get; init; }

    /// <summary>Number of requests that the test has not taken yet.</summary>
    public int CallsWaiting => _calls.Count;

    /// <summary>Waits for the next request.</summary>
    public Call NextCall() => TryNextCall(Deadline) ?? throw new TimeoutException($"The model was not asked within {Deadline}.");

    /// <summary>Waits for the next request; null if none arrives within <paramref name="wait"/>.</summary>
    public Call? TryNextCall(TimeSpan wait) => _calls.TryTake(out var call, wait) ? call : null;

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var call = new Call([.. messages], options);
        using var registration = cancellationToken.Register(call.MarkCancelled);
        _calls.Add(call, CancellationToken.None);
        try
        {
            await foreach (var next in call.Script.ReadAllAsync(IgnoresCancellation ? CancellationToken.None : cancellationToken))
                yield return next();
        }
        finally
        {
            call.MarkLeft();
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() => _calls.Dispose();

    /// <summary>One request.</summary>
    internal sealed class Call(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        private readonly Channel<Func<ChatResponseUpdate>> _script = Channel.CreateUnbounded<Func<ChatResponseUpdate>>();
        private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<ChatMessage> Messages { get; } = messages;

        public ChatOptions? Options { get; } = options;

        /// <summary>The object to which the actor wants signs of life reported.</summary>
        public StreamSigns Signs => (StreamSigns)Options!.AdditionalProperties![ModelCall.Signs]!;

        public ChannelReader<Func<ChatResponseUpdate>> Script => _script.Reader;

        /// <summary>Completes when the request is cancelled.</summary>
        public Task Cancelled => _cancelled.Task;

        /// <summary>Completes when the stream is no longer read.</summary>
        public Task Left => _left.Task;

        public void Say(string text) => Send(new ChatResponseUpdate(ChatRole.Assistant, text));

        public void Send(ChatResponseUpdate update) => _script.Writer.TryWrite(() => update);

        public void Fail(Exception failure) => _script.Writer.TryWrite(() => throw failure);

        public void Finish(ChatFinishReason? reason = null)
        {
            Send(new ChatResponseUpdate { FinishReason = reason ?? ChatFinishReason.Stop });
            Break();
        }

        /// <summary>Ends the stream without a reason.</summary>
        public void Break() => _script.Writer.Complete();

        internal void MarkCancelled() => _cancelled.TrySetResult();

        internal void MarkLeft() => _left.TrySetResult();
    }
}
