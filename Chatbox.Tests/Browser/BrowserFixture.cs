using Microsoft.Playwright;

namespace Chatbox.Tests.Browser;

/// <summary>A test that needs Debian's Chromium; without it the test is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactRequiresChromiumAttribute : FactAttribute
{
    public FactRequiresChromiumAttribute()
    {
        if (!File.Exists(BrowserFixture.Chromium))
            Skip = $"{BrowserFixture.Chromium} is not installed.";
    }
}

/// <inheritdoc cref="FactRequiresChromiumAttribute" />
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TheoryRequiresChromiumAttribute : TheoryAttribute
{
    public TheoryRequiresChromiumAttribute()
    {
        if (!File.Exists(BrowserFixture.Chromium))
            Skip = $"{BrowserFixture.Chromium} is not installed.";
    }
}

/// <summary>One headless browser for the tests of a class; every test opens its own context.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    public const string Chromium = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal IBrowser Browser => _browser ?? throw new InvalidOperationException("No browser was started.");

    public async Task InitializeAsync()
    {
        if (!File.Exists(Chromium))
            return;

        // A deadline, not an expectation of speed: a cold node on a busy machine takes its time.
        Assertions.SetDefaultExpectTimeout(30_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Chromium,
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
