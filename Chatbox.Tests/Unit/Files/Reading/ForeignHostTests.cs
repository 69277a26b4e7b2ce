using Chatbox.Tests.Harness.Files;

namespace Chatbox.Tests.Unit.Files.Reading;

/// <summary>A test with a host that does what it likes, and a judge of what comes from there.</summary>
public abstract class ForeignHostTests : IAsyncLifetime
{
    private protected TestJudge Judge { get; } = new();

    private protected ForeignHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await ForeignHost.Start();

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        Judge.Dispose();
    }
}
