namespace Chatbox.Tests.Unit;

/// <summary>A clock that throws whenever it is read.</summary>
internal sealed class BrokenClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => throw new InvalidOperationException("The clock is broken.");
}
