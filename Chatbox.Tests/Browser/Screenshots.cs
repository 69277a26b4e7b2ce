using Microsoft.Playwright;

namespace Chatbox.Tests.Browser;

/// <summary>Pictures of pages, for people who look at them, and for the documents.</summary>
internal static class Screenshots
{
    /// <summary>Saves a screenshot in the folder that <c>CHATBOX_TEST_SCREENSHOTS</c> names, if it names one.</summary>
    public static async Task Shoot(this IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("CHATBOX_TEST_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
    }
}
