using Chatbox.Actors.Models;

namespace Chatbox.Tests.Unit.Models;

public sealed class ReadPaceTests
{
    private readonly ReadPace _pace = new();

    [Fact]
    public void Nothing_waits_before_the_first_text()
    {
        Assert.True(Next().IsCompletedSuccessfully);
        _pace.Turn();
        Assert.True(Next().IsCompletedSuccessfully);
    }

    [Fact]
    public void Reader_goes_on_at_its_turn_on_the_thread_of_the_turn()
    {
        _pace.Begin();
        var (reads, thread) = (0, 0);
        _ = Read();
        Assert.Equal(0, reads);
        for (var turn = 1; turn <= 3; turn++)
        {
            _pace.Turn();
            Assert.Equal((turn, Environment.CurrentManagedThreadId), (reads, thread));
        }

        async Task Read()
        {
            while (reads < 3)
            {
                await _pace.NextTurn().ConfigureAwait(false);
                (reads, thread) = (reads + 1, Environment.CurrentManagedThreadId);
            }
        }
    }

    [Fact]
    public void Turn_that_nobody_waited_for_does_not_count()
    {
        _pace.Begin();
        _pace.Turn();
        var next = Next();
        Assert.False(next.IsCompleted);
        _pace.Turn();
        Assert.True(next.IsCompletedSuccessfully);
    }

    [Fact]
    public void End_lets_the_reader_go_on_and_makes_nobody_wait_again()
    {
        _pace.Begin();
        var next = Next();
        _pace.End();
        Assert.True(next.IsCompletedSuccessfully);
        Assert.True(Next().IsCompletedSuccessfully);
        _pace.Turn();
    }

    [Fact]
    public async Task Turns_and_the_end_on_different_threads_lose_no_reader()
    {
        for (var run = 0; run < 200; run++)
        {
            var pace = new ReadPace();
            pace.Begin();
            using var together = new Barrier(3);
            var reader = Task.Run(async () =>
            {
                together.SignalAndWait();
                for (var read = 0; read < 50; read++)
                    await pace.NextTurn();
            });
            var turns = Task.Run(() =>
            {
                together.SignalAndWait();
                for (var turn = 0; turn < 20; turn++)
                    pace.Turn();
            });
            var end = Task.Run(() =>
            {
                together.SignalAndWait();
                pace.End();
            });
            await Task.WhenAll(reader, turns, end).WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    private Task Next() => _pace.NextTurn().AsTask();
}
