namespace Chatbox.Tests.Unit;

/// <summary>Makes whoever asks it for the time fail.</summary>
internal sealed class BrokenClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => throw new InvalidOperationException("The clock is broken.");
}
