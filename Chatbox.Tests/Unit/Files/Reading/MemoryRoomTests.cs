using Chatbox.Node.Files.Reading;

namespace Chatbox.Tests.Unit.Files.Reading;

/// <summary>The memory that files for models take together.</summary>
public sealed class MemoryRoomTests
{
    private readonly MemoryRoom _room = new(100);

    [Fact]
    public async Task Room_is_given_up_to_the_limit_and_again_when_it_is_returned()
    {
        var first = await _room.Take(60, default);
        using var second = await _room.Take(40, default);
        var third = _room.Take(10, default);
        Assert.False(third.IsCompleted);

        first.Dispose();
        using var taken = await third;
        first.Dispose(); // returned already
        Assert.False(_room.Take(51, default).IsCompleted);
    }

    [Fact]
    public async Task Large_need_is_not_passed_by_small_ones()
    {
        var first = await _room.Take(50, default);
        var large = _room.Take(100, default);
        var small = _room.Take(1, default);

        first.Dispose();
        (await large).Dispose();
        (await small).Dispose();
    }

    [Fact]
    public async Task Need_beyond_the_limit_takes_all_of_it()
    {
        using var all = await _room.Take(1_000, default);
        Assert.False(_room.Take(1, default).IsCompleted);
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_nothing_and_lets_others_in()
    {
        var first = await _room.Take(50, default);
        using var giveUp = new CancellationTokenSource();
        var large = _room.Take(100, giveUp.Token);
        var small = _room.Take(50, default);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        (await small).Dispose();
        first.Dispose();
        using var all = await _room.Take(100, default);
    }
}
