using OpenQA.Selenium;

namespace Chatbox.Tests.Browser.WebKit;

/// <summary>The chat page in WebKit.</summary>
internal sealed class WebKitPage : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly IWebDriver _browser;

    private WebKitPage(IWebDriver browser) => _browser = browser;

    /// <summary>Visits an address, and waits until the server has bound the page's socket.</summary>
    public static async Task<WebKitPage> Open(WebKitDriver driver, Uri address)
    {
        var page = new WebKitPage(driver.Open());
        await page._browser.Navigate().GoToUrlAsync(address);
        return page;
    }

    public Task UntilBound() => Until(page => page.Run<bool>("return document.querySelector('#model')?.disabled === false"), isSo => isSo);

    public async Task Reload()
    {
        await _browser.Navigate().RefreshAsync();
        await UntilBound();
    }

    public void Type(string text) => _browser.FindElement(By.Id("message")).SendKeys(text);

    public void Say(string text) => Type(text + Keys.Enter);

    public void Click(string selector) => _browser.FindElement(By.CssSelector(selector)).Click();

    /// <summary>The text of each element that matches, in the order of the document.</summary>
    public IReadOnlyList<string> Texts(string selector = "#entries .text") =>
        [
            .. Run<IReadOnlyCollection<object>>(
                    "return [...document.querySelectorAll(arguments[0])].map((element) => (element.innerText ?? element.textContent).trim())",
                    selector
                )
                .Cast<string>(),
        ];

    public int Count(string selector) => Texts(selector).Count;

    /// <summary>Runs a script, which may return a promise, in the page.</summary>
    public T Run<T>(string script, params object[] arguments) => (T)((IJavaScriptExecutor)_browser).ExecuteScript(script, arguments)!;

    public Task UntilTexts(params string[] expected) => Until(page => page.Texts(), texts => texts.SequenceEqual(expected));

    public Task UntilCount(string selector, int expected) => Until(page => page.Count(selector), count => count == expected);

    /// <summary>Asks the page until the answer holds; fails with the last answer after a minute.</summary>
    public async Task Until<T>(Func<WebKitPage, T> ask, Predicate<T> holds)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new GrowingPause();
        for (var answer = ask(this); !holds(answer); answer = ask(this))
        {
            Assert.False(deadline.IsCancellationRequested, $"The page still says: {System.Text.Json.JsonSerializer.Serialize(answer)}");
            await pause.Next();
        }
    }

    /// <summary>Saves a screenshot in the folder that <c>CHATBOX_TEST_SCREENSHOTS</c> names, if it names one.</summary>
    public void Shoot(string name)
    {
        if (Environment.GetEnvironmentVariable("CHATBOX_TEST_SCREENSHOTS") is { Length: > 0 } folder)
            ((ITakesScreenshot)_browser).GetScreenshot().SaveAsFile(Path.Combine(folder, $"webkit-{name}.png"));
    }

    public void Dispose() => _browser.Dispose();
}
