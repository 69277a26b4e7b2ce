using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Unit.Models;

/// <summary>A provider that does what the test says, call by call.</summary>
internal sealed class ScriptedChatClient : IChatClient
{
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();

    /// <summary>One question to the provider and the stream it answers with.</summary>
    public sealed class Call(IReadOnlyList<ChatMessage> prompt, ChatOptions? options)
    {
        private readonly Channel<ChatResponseUpdate> _updates = Channel.CreateUnbounded<ChatResponseUpdate>();
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private readonly SemaphoreSlim _read = new(0);

        public IReadOnlyList<ChatMessage> Prompt { get; } = prompt;
        public ChatOptions? Options { get; } = options;

        /// <summary>Completes when nobody reads the stream any more: the provider's socket would be closed.</summary>
        public Task Closed => _closed.Task.WaitAsync(TimeSpan.FromSeconds(10));

        public void Say(string text) => Send(new ChatResponseUpdate(ChatRole.Assistant, text));

        /// <summary>Completes when one more update has been dealt with and the next is asked for.</summary>
        public async Task Read() => Assert.True(await _read.WaitAsync(TimeSpan.FromSeconds(10)), "Nobody read the stream.");

        /// <summary>The model has said all.</summary>
        public void End(ChatFinishReason? reason = null)
        {
            Send(new ChatResponseUpdate { FinishReason = reason ?? ChatFinishReason.Stop });
            Cut();
        }

        public void Send(ChatResponseUpdate update) => _updates.Writer.TryWrite(update);

        /// <summary>The stream ends without a finish reason, or with this failure.</summary>
        public void Cut(Exception? failure = null) => _updates.Writer.TryComplete(failure);

        internal async IAsyncEnumerable<ChatResponseUpdate> Stream([EnumeratorCancellation] CancellationToken stop)
        {
            try
            {
                while (await _updates.Reader.WaitToReadAsync(stop))
                {
                    while (_updates.Reader.TryRead(out var update))
                    {
                        yield return update;
                        _read.Release();
                    }
                }
            }
            finally
            {
                _closed.TrySetResult();
            }
        }
    }

    /// <summary>The next question that the provider is asked.</summary>
    public async Task<Call> NextCall()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _calls.Reader.ReadAsync(limit.Token);
    }

    /// <summary>True when no question has come beyond those that were read.</summary>
    public bool IsQuiet => _calls.Reader.Count == 0;

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var call = new Call([.. messages], options);
        _calls.Writer.TryWrite(call);
        return call.Stream(cancellationToken);
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException("Answers are streamed.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() { }
}
