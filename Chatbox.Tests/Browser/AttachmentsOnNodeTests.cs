using System.Text;
using Chatbox.Tests.Harness.Files;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Files that people attach in the composer, against a whole node.</summary>
public sealed class AttachmentsOnNodeTests(BrowserFixture browser, ScriptedNode scripted)
    : IClassFixture<BrowserFixture>,
        IClassFixture<ScriptedNode>
{
    /// <summary>Above this size a file goes by tus from the start.</summary>
    private const int Large = 5 * 1024 * 1024;

    [FactRequiresChromium]
    public async Task Chosen_files_are_sent_with_the_text_and_stand_in_the_conversation_after_a_reload()
    {
        await using var page = await Open("attach-choose");
        await Choose(page, Picture("map.png"), Text("plan.txt", "The plan."));
        await Expect(Chips(page)).ToHaveTextAsync(["map.png" + SizeOf(Picture("map.png")), "plan.txt9 byte"]);
        await Expect(Chips(page).First.Locator("canvas")).ToBeVisibleAsync();
        await page.Shoot("attach-chips");

        await page.Say("Look at these");

        await Expect(Chips(page)).ToHaveCountAsync(0);
        foreach (var reloaded in new[] { false, true })
        {
            if (reloaded)
                await page.Reload();
            await Expect(page.Entries("user")).ToHaveCountAsync(1);
            await Expect(page.Entries("user").Locator(".text")).ToHaveTextAsync("Look at these");
            await Expect(page.Entries("user").Locator("a.file")).ToHaveTextAsync("plan.txt9 byte");
            Assert.True(await IsShown(page.Entries("user").Locator("img")));
        }

        await Expect(page.Entries("ai")).ToHaveClassAsync("ai done");
        await page.Shoot("attach-sent");
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Files_without_a_word_are_a_message()
    {
        await using var page = await Open("attach-alone");
        await Choose(page, Text("alone.txt", "x"));
        await Expect(Chips(page)).ToHaveClassAsync("attachment done"); // before that, the message waits for its file
        await page.Page.Locator("#send").ClickAsync();
        await Expect(page.Entries("user").Locator("a.file")).ToHaveTextAsync("alone.txt1 byte");
        await Expect(page.Page.Locator("#message")).ToBeFocusedAsync();
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Pasted_pictures_and_dropped_files_are_attached_and_pasted_text_is_text()
    {
        await using var page = await Open("attach-paste");
        var picture = Convert.ToBase64String(SampleImages.Of(".png"));
        await page.Page.Locator("#message").FocusAsync();
        await page.Page.EvaluateAsync(
            $$"""
            (base64) => {
              const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
              const data = new DataTransfer();
              data.items.add(new File([bytes], "image.png", { type: "image/png" }));
              document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
              const dropped = new DataTransfer();
              dropped.items.add(new File(["dropped"], "dropped.txt", { type: "text/plain" }));
              const log = document.getElementById("log");
              log.dispatchEvent(new DragEvent("dragover", { dataTransfer: dropped, bubbles: true, cancelable: true }));
              if (document.getElementById("drop").hidden) throw new Error("Nothing says that files can be dropped.");
              log.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
              const words = new DataTransfer();
              words.setData("text/plain", "words");
              const paste = new ClipboardEvent("paste", { clipboardData: words, bubbles: true, cancelable: true });
              if (!document.activeElement.dispatchEvent(paste)) throw new Error("Text is not the browser's any more.");
            }
            """,
            picture
        );

        await Expect(Chips(page)).ToHaveCountAsync(2);
        await Expect(Chips(page).First).ToContainTextAsync("image.png");
        await Expect(Chips(page).Last).ToContainTextAsync("dropped.txt");
        await Expect(page.Page.Locator("#drop")).ToBeHiddenAsync();
        await Expect(page.Page.Locator(".attachment.done")).ToHaveCountAsync(2);
        await page.Say("From elsewhere");
        await Expect(page.Entries("user").Locator("img")).ToHaveCountAsync(1);
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Refused_file_says_why_keeps_the_text_and_goes_when_it_is_removed()
    {
        await using var page = await Open("attach-refused");
        await page.Page.Locator("#message").FillAsync("Half a thought");
        await Choose(page, Text("run.sh", "#!/bin/sh\necho owned\n"));
        await Expect(Chips(page)).ToHaveClassAsync("attachment failed");
        await Expect(Chips(page)).ToContainTextAsync("Files of this kind are not accepted.");
        await page.Shoot("attach-refused");

        await page.Page.Locator("#message").PressAsync("Enter");
        await Expect(page.Page.Locator("#notice-text")).ToContainTextAsync("A file is not uploaded.");
        await Expect(page.Page.Locator("#message")).ToHaveValueAsync("Half a thought");
        await Expect(page.Entries("user")).ToHaveCountAsync(0);

        await page.Page.GetByLabel("Remove: run.sh").ClickAsync();
        await Expect(Chips(page)).ToHaveCountAsync(0);
        await Expect(page.Page.Locator("#message")).ToBeFocusedAsync();
        await page.Page.Locator("#message").PressAsync("Enter");
        await Expect(page.Entries("user").Locator(".text")).ToHaveTextAsync("Half a thought");
    }

    [FactRequiresChromium]
    public async Task Message_waits_for_its_files_and_an_upload_that_was_cut_goes_on_where_it_stopped()
    {
        await using var page = await Open("attach-cut");
        var cuts = 0;
        var begun = new TaskCompletionSource();
        await page.Page.RouteAsync(
            "**/uploads/*",
            async route =>
            {
                if (route.Request.Method == "PATCH" && Interlocked.Increment(ref cuts) == 1)
                {
                    begun.SetResult();
                    await route.AbortAsync();
                }
                else
                    await route.ContinueAsync();
            }
        );
        await Choose(page, Text("large.txt", new string('x', Large)));
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await page.Say("All of it");

        await Expect(Chips(page)).ToHaveClassAsync("attachment done");
        await Expect(page.Page.Locator("#message")).ToHaveValueAsync("All of it");
        await Expect(page.Entries("user")).ToHaveCountAsync(0);
        await page.Page.Locator("#send").ClickAsync();
        await Expect(page.Entries("user").Locator("a.file")).ToHaveTextAsync("large.txt5.2 MB");
        Assert.Equal(2, cuts);
    }

    [FactRequiresChromium]
    public async Task File_without_a_network_waits_for_it_and_says_so()
    {
        await using var page = await Open("attach-offline");
        await page.Say("Topic");
        await Expect(page.Entries("ai")).ToHaveClassAsync("ai done");
        await page.Page.Context.SetOfflineAsync(true);
        await Expect(page.State).ToHaveTextAsync("Offline");
        await Choose(page, Text("later.txt", "later"));
        await Expect(Chips(page)).ToContainTextAsync("Waits for the connection.");

        await page.Page.Context.SetOfflineAsync(false);
        await Expect(Chips(page)).ToHaveClassAsync("attachment done");
        await page.Say("Here it is");
        await Expect(page.Entries("user").Last.Locator("a.file")).ToHaveTextAsync("later.txt5 byte");
    }

    [FactRequiresChromium]
    public async Task Removed_file_is_canceled_and_eleven_files_are_one_too_many()
    {
        await using var page = await Open("attach-many");
        var gate = new TaskCompletionSource();
        await page.Page.RouteAsync(
            "**/upload",
            async route =>
            {
                await gate.Task;
                await route.ContinueAsync();
            }
        );
        var canceled = new TaskCompletionSource();
        page.Page.RequestFailed += (_, request) => canceled.TrySetResult();
        await Choose(page, [.. Enumerable.Range(1, 11).Select(n => Text($"{n}.txt", "x"))]);
        await Expect(Chips(page)).ToHaveCountAsync(10);
        await Expect(page.Page.Locator("#error-text")).ToContainTextAsync("at most 10 files");

        await page.Page.GetByLabel("Remove: 1.txt", new() { Exact = true }).ClickAsync();
        await canceled.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Expect(Chips(page)).ToHaveCountAsync(9);
        gate.SetResult();
        await Expect(page.Page.Locator(".attachment.done")).ToHaveCountAsync(9);
        await page.Say("Nine");
        await Expect(page.Entries("user").Locator("a.file")).ToHaveCountAsync(9);
    }

    [FactRequiresChromium]
    public async Task Files_wait_in_the_conversation_in_which_they_were_attached()
    {
        await using var page = await Open("attach-rooms");
        await page.Say("First topic");
        await Expect(page.Entries("ai")).ToHaveClassAsync("ai done");
        await Choose(page, Text("first.txt", "first"));
        await Expect(Chips(page)).ToHaveClassAsync("attachment done");

        await page.Page.Locator("#new-chat").ClickAsync();
        await Expect(page.Texts).ToHaveCountAsync(0);
        await Expect(Chips(page)).ToHaveCountAsync(0);
        await page.Page.Locator("#conversations .room").Last.ClickAsync();
        await Expect(page.Texts).ToHaveCountAsync(2);
        await Expect(Chips(page)).ToContainTextAsync("first.txt");
        Assert.Empty(page.Problems);
    }

    private Task<ChatPage> Open(string user) => ChatPage.Open(browser.Browser, scripted.Node.Address, user);

    private static ILocator Chips(ChatPage page) => page.Page.Locator("#tray .attachment");

    private static Task Choose(ChatPage page, params FilePayload[] files) => page.Page.Locator("#chosen-files").SetInputFilesAsync(files);

    private static FilePayload Text(string name, string content) =>
        new()
        {
            Name = name,
            MimeType = "text/plain",
            Buffer = Encoding.UTF8.GetBytes(content),
        };

    private static FilePayload Picture(string name) =>
        new()
        {
            Name = name,
            MimeType = "image/png",
            Buffer = SampleImages.Of(".png", 640, 480),
        };

    private static string SizeOf(FilePayload file) =>
        file.Buffer.Length < 1_000
            ? $"{file.Buffer.Length} byte"
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file.Buffer.Length / 1000.0:0.#} kB");

    private static Task<bool> IsShown(ILocator image) =>
        image.EvaluateAsync<bool>("async (image) => (await image.decode(), image.naturalWidth > 0)");
}
