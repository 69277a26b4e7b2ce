using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Chatbox.Actors.Models;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Models;

public sealed class TokenTimeoutsTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly Channel<int> _provider = Channel.CreateUnbounded<int>();

    [Fact]
    public async Task No_first_token_ends_at_the_first_limit()
    {
        await using var tokens = Read();
        var next = tokens.MoveNextAsync().AsTask();

        _clock.Advance(First - Tick);
        Assert.False(next.IsCompleted);
        _clock.Advance(Tick);

        await Assert.ThrowsAsync<TimeoutException>(() => next);
    }

    [Fact]
    public async Task Silence_after_a_token_ends_at_the_gap_limit()
    {
        await using var tokens = Read();
        await Next(tokens, 1);
        var next = tokens.MoveNextAsync().AsTask();

        _clock.Advance(Gap - Tick);
        Assert.False(next.IsCompleted);
        _clock.Advance(Tick);

        await Assert.ThrowsAsync<TimeoutException>(() => next);
    }

    [Fact]
    public async Task Each_token_starts_the_gap_anew()
    {
        await using var tokens = Read();
        await Next(tokens, 0);
        for (var token = 1; token < 10; token++)
        {
            var next = tokens.MoveNextAsync().AsTask();
            _clock.Advance(Gap - Tick);
            Assert.False(next.IsCompleted);
            _provider.Writer.TryWrite(token);
            Assert.True(await next);
            Assert.Equal(token, tokens.Current);
        }

        var silent = tokens.MoveNextAsync().AsTask();
        _clock.Advance(Gap);
        await Assert.ThrowsAsync<TimeoutException>(() => silent);
    }

    [Fact]
    public async Task Slow_reader_never_trips_a_limit_and_the_provider_gets_its_whole_time_afterwards()
    {
        await using var tokens = Read();
        for (var token = 0; token < 5; token++)
        {
            await Next(tokens, token);
            _clock.Advance(First * 7.3); // the reader is busy
        }

        var next = tokens.MoveNextAsync().AsTask();
        _clock.Advance(Gap - Tick);
        Assert.False(next.IsCompleted);
        _clock.Advance(Tick);
        await Assert.ThrowsAsync<TimeoutException>(() => next);
    }

    [Fact]
    public async Task End_of_the_stream_is_no_timeout()
    {
        await using var tokens = Read();
        await Next(tokens, 1);
        _provider.Writer.Complete();

        Assert.False(await tokens.MoveNextAsync());
        _clock.Advance(First * 2);
    }

    [Fact]
    public async Task Being_stopped_is_no_timeout()
    {
        using var stop = new CancellationTokenSource();
        await using var tokens = Read(stop.Token);
        var next = tokens.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Failure_of_the_provider_passes_through()
    {
        await using var tokens = Read();
        _provider.Writer.Complete(new IOException("cut"));

        Assert.Equal("cut", (await Assert.ThrowsAsync<IOException>(() => tokens.MoveNextAsync().AsTask())).Message);
    }

    private IAsyncEnumerator<int> Read(CancellationToken stop = default) =>
        Provider(CancellationToken.None).WithTokenTimeouts(First, Gap, _clock, stop).GetAsyncEnumerator(CancellationToken.None);

    private async IAsyncEnumerable<int> Provider([EnumeratorCancellation] CancellationToken stop = default)
    {
        await foreach (var token in _provider.Reader.ReadAllAsync(stop))
            yield return token;
    }

    private async Task Next(IAsyncEnumerator<int> tokens, int token)
    {
        _provider.Writer.TryWrite(token);
        Assert.True(await tokens.MoveNextAsync());
        Assert.Equal(token, tokens.Current);
    }
}
