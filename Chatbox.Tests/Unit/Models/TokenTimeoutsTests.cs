using System.Threading.Channels;
using Chatbox.Actors.Models;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Models;

public sealed class TokenTimeoutsTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly Channel<int> _source = Channel.CreateUnbounded<int>();

    [Fact]
    public async Task Slow_reader_is_not_a_provider_timeout()
    {
        for (var n = 0; n < 5; n++)
            _source.Writer.TryWrite(n);
        _source.Writer.Complete();
        var read = 0;
        await foreach (var n in Timed())
        {
            Assert.Equal(read++, n);
            _clock.Advance(First * 10);
        }

        Assert.Equal(5, read);
    }

    [Fact]
    public async Task First_element_has_a_deadline_of_its_own()
    {
        await using var elements = Timed().GetAsyncEnumerator();
        var next = elements.MoveNextAsync().AsTask();
        _clock.Advance(First - Moment);
        Assert.False(next.IsCompleted);
        _clock.Advance(Moment);
        await Assert.ThrowsAsync<TimeoutException>(() => Soon(next));
    }

    [Fact]
    public async Task Later_ones_have_the_gaps()
    {
        await using var elements = Timed().GetAsyncEnumerator();
        Assert.True(await Next(elements, 1));
        var next = elements.MoveNextAsync().AsTask();
        _clock.Advance(Gap - Moment);
        Assert.False(next.IsCompleted);
        _clock.Advance(Moment);
        await Assert.ThrowsAsync<TimeoutException>(() => Soon(next));
    }

    [Fact]
    public async Task Gap_may_be_longer_than_the_first_wait()
    {
        await using var elements = Timed(first: Gap, gap: First).GetAsyncEnumerator();
        Assert.True(await Next(elements, 1));
        var next = elements.MoveNextAsync().AsTask();
        _clock.Advance(First - Moment);
        _source.Writer.TryWrite(2);
        Assert.True(await Soon(next));
    }

    [Fact]
    public async Task Every_element_starts_the_gap_anew()
    {
        await using var elements = Timed().GetAsyncEnumerator();
        Assert.True(await Next(elements, 1));
        for (var n = 2; n < 20; n++)
        {
            var next = elements.MoveNextAsync().AsTask();
            _clock.Advance(Gap * 0.8);
            _source.Writer.TryWrite(n);
            Assert.True(await Soon(next));
            Assert.Equal(n, elements.Current);
        }

        _clock.Advance(Gap * 0.9); // the reader's time
        var last = elements.MoveNextAsync().AsTask();
        _clock.Advance(Gap - Moment);
        Assert.False(last.IsCompleted);
        _clock.Advance(Moment);
        await Assert.ThrowsAsync<TimeoutException>(() => Soon(last));
    }

    [Fact]
    public async Task Bytes_without_an_element_start_the_running_deadline_anew()
    {
        var signs = new StreamSigns();
        await using var elements = Timed(signs: signs).GetAsyncEnumerator();
        var next = elements.MoveNextAsync().AsTask();
        for (var n = 0; n < 10; n++)
        {
            _clock.Advance(First - Moment);
            signs.Heard();
        }

        Assert.False(next.IsCompleted);
        _clock.Advance(First);
        await Assert.ThrowsAsync<TimeoutException>(() => Soon(next));
    }

    [Fact]
    public async Task Elements_that_do_not_begin_the_answer_leave_the_first_deadline_in_force()
    {
        await using var elements = Timed(begins: n => n > 1).GetAsyncEnumerator();
        Assert.True(await Next(elements, 1));
        var next = elements.MoveNextAsync().AsTask();
        _clock.Advance(First - Moment);
        Assert.False(next.IsCompleted);
        _source.Writer.TryWrite(2);
        Assert.True(await Soon(next));
        next = elements.MoveNextAsync().AsTask();
        _clock.Advance(Gap);
        await Assert.ThrowsAsync<TimeoutException>(() => Soon(next));
    }

    [Fact]
    public async Task Stopping_is_not_a_timeout()
    {
        using var stop = new CancellationTokenSource();
        await using var elements = Timed(cancellationToken: stop.Token).GetAsyncEnumerator();
        var next = elements.MoveNextAsync().AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(next));
    }

    [Fact]
    public async Task Failure_of_the_source_goes_through()
    {
        _source.Writer.Complete(new InvalidOperationException("broken"));
        await using var elements = Timed().GetAsyncEnumerator();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Soon(elements.MoveNextAsync().AsTask()));
    }

    private IAsyncEnumerable<int> Timed(
        TimeSpan? first = null,
        TimeSpan? gap = null,
        Func<int, bool>? begins = null,
        StreamSigns? signs = null,
        CancellationToken cancellationToken = default
    ) =>
        _source
            .Reader.ReadAllAsync(CancellationToken.None)
            .WithTokenTimeouts(first ?? First, gap ?? Gap, _clock, begins, signs, cancellationToken);

    private async Task<bool> Next(IAsyncEnumerator<int> elements, int element)
    {
        _source.Writer.TryWrite(element);
        return await Soon(elements.MoveNextAsync().AsTask());
    }

    private static Task<T> Soon<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(10));
}
