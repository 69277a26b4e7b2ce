using Chatbox.Node.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Node;

/// <summary>Stack traces in the log: each failure once a minute.</summary>
public sealed class RecentTracesTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Stack_trace_of_the_same_failure_is_written_once_a_minute()
    {
        var traces = new RecentTraces(_clock);
        Assert.Contains("   at ", traces.TextOf("journal", Failure("disk is full")));
        Assert.Equal(
            "System.IO.IOException: disk is full (stack trace in an earlier line)",
            traces.TextOf("journal", Failure("disk is full"))
        );
        Assert.Contains("   at ", traces.TextOf("index", Failure("disk is full")));
        Assert.Contains("   at ", traces.TextOf("journal", Failure("another")));

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("   at ", traces.TextOf("journal", Failure("disk is full")));
    }

    [Fact]
    public void Message_does_not_repeat_the_stack_trace_beside_it()
    {
        var failure = Failure("disk is full");
        Assert.Equal("Failed. Cause: disk is full", RecentTraces.WithoutTrace($"Failed. Cause: {failure}", failure));
        Assert.Equal("Failed.", RecentTraces.WithoutTrace("Failed.", null));
    }

    private static Exception Failure(string message)
    {
        try
        {
            throw new IOException(message);
        }
        catch (IOException e)
        {
            return e;
        }
    }
}
