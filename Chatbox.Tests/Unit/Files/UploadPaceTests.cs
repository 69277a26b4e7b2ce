using Chatbox.Node.Files.Uploads;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Files;

/// <summary>How fast a node takes the bytes of uploads, and whose time that is.</summary>
public sealed class UploadPaceTests
{
    private const int Second = 1_000_000;
    private static readonly UploadOptions Options = new() { SpoolFolder = "", Rate = Second };

    private readonly FakeTimeProvider _clock = new();
    private readonly UploadPace _pace;

    public UploadPaceTests() => _pace = new UploadPace(Options, _clock);

    [Fact]
    public async Task Uploads_share_the_rate_and_wait_in_their_order()
    {
        var first = _pace.Wait(Second, default);
        var second = _pace.Wait(Second, default);
        Assert.False(first.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await first;
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await second;
    }

    [Fact]
    public void Few_bytes_do_not_wait_and_an_idle_time_is_not_saved_up()
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_pace.Wait(Second / 1000, default).IsCompleted);
        Assert.False(_pace.Wait(Second, default).IsCompleted);
    }

    [Fact]
    public async Task Upload_that_waits_can_be_ended()
    {
        using var leaving = new CancellationTokenSource();
        var waiting = _pace.Wait(Second, leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task What_the_node_does_between_two_reads_is_not_the_silence_of_the_client()
    {
        await using var body = new TimedBody(new MemoryStream([1, 2]), _pace, Options, _ => { }, _clock, default);
        var byteOfIt = new byte[1];
        Assert.Equal(1, await body.ReadAsync(byteOfIt));

        _clock.Advance(2 * Options.IdleTimeout);

        Assert.Equal(1, await body.ReadAsync(byteOfIt));
    }
}
