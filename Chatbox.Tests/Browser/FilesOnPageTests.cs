using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Messages with files on the chat page.</summary>
public sealed class FilesOnPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task Files_of_this_service_show_in_the_message_and_those_of_other_hosts_are_links()
    {
        var requests = new ConcurrentQueue<string>();
        var socket = await Open();
        Page.Request += (_, request) => requests.Enqueue(request.Url);
        await socket.Send(
            Upload(
                "m1",
                1,
                "The plan",
                File("icon.svg", "image/svg+xml", "icon.svg", 24, 24),
                File("plan.pdf", "application/pdf", "files/1", size: 1_234_567)
            )
        );
        await socket.Send(
            Upload(
                "m3",
                3,
                "",
                File("spy.png", "image/png", "https://evil.example/spy.png", 10, 10),
                File("run", "text/html", "javascript:document.title='owned'")
            )
        );

        var files = Page.Locator("#entries .files");
        await Expect(files).ToHaveCountAsync(2);
        await Expect(files.First.Locator("img")).ToHaveAttributeAsync("alt", "icon.svg");
        Assert.True(
            await files.First.Locator("img").EvaluateAsync<bool>("async (image) => (await image.decode(), image.naturalWidth > 0)")
        );
        await Expect(files.First.Locator("a.file")).ToHaveTextAsync("plan.pdf1.2 MB");
        await Expect(files.Last.Locator("a")).ToHaveTextAsync("spy.pngAt evil.example");
        await Expect(files.Last.Locator("span.file")).ToHaveTextAsync("run");
        await Expect(Item("user")).ToHaveCountAsync(2);
        await Shoot("files");
        Assert.DoesNotContain(requests, address => address.Contains("evil.example", StringComparison.Ordinal));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Image_that_cannot_be_loaded_is_a_link()
    {
        var socket = await Open();
        await socket.Send(Upload("m1", 1, "Look", File("gone.png", "image/png", "files/gone?expires=1", 400, 300)));

        await Expect(Page.Locator("#entries .files a.file")).ToHaveTextAsync("gone.png");
        await Expect(Page.Locator("#entries .files img")).ToHaveCountAsync(0);
    }

    [FactRequiresChromium]
    public async Task Picture_whose_address_is_over_is_shown_from_a_fresh_one()
    {
        var socket = await Open();
        var asked = new ConcurrentQueue<string>();
        Page.Request += (_, request) => asked.Enqueue(request.Url);
        var fresh = Upload(
            "m1",
            1,
            "Look",
            File("icon.svg", "image/svg+xml", "icon.svg?fresh=1", 24, 24),
            Linked("files/2?expires=99999999999")
        );
        Server.History = [fresh];
        await socket.Send(
            Upload("m1", 1, "Look", File("icon.svg", "image/svg+xml", "icon.svg?expires=1", 24, 24), Linked("files/2?expires=1"))
        );

        var image = Page.Locator("#entries .files img");
        await Expect(image).ToHaveAttributeAsync("src", new Uri(Server.Page, "icon.svg?fresh=1").ToString());
        Assert.True(await image.EvaluateAsync<bool>("async (image) => (await image.decode(), image.naturalWidth > 0)"));
        var link = Page.Locator("#entries a.file");
        await link.HoverAsync();
        await Expect(link).ToHaveAttributeAsync("href", new Uri(Server.Page, "files/2?expires=99999999999").ToString());
        Assert.Equal([$"/chatbox/sessions/{Session}?before_seq=2&limit=1"], Server.HistoryRequests.Select(request => request.Address));
        Assert.DoesNotContain(asked, address => address.Contains("expires=1", StringComparison.Ordinal));
        Assert.Empty(Problems);

        static JsonObject Linked(string address) => File("plan.pdf", "application/pdf", address);
    }

    [FactRequiresChromium]
    public async Task Picture_that_fails_is_asked_for_once_more_with_a_fresh_address()
    {
        var socket = await Open();
        Server.History = [Upload("m1", 1, "Look", File("icon.svg", "image/svg+xml", "icon.svg", 24, 24))];
        await socket.Send(Upload("m1", 1, "Look", File("icon.svg", "image/svg+xml", "gone.svg", 24, 24)));

        await Expect(Page.Locator("#entries .files img")).ToHaveAttributeAsync("src", new Uri(Server.Page, "icon.svg").ToString());
        Assert.Single(Server.HistoryRequests);
    }

    [FactRequiresChromium]
    public async Task File_over_the_limit_is_not_attached_and_the_others_are()
    {
        await Open();
        await Page.RouteAsync(
            "**/upload",
            route =>
                route.FulfillAsync(
                    new RouteFulfillOptions
                    {
                        Json = new
                        {
                            file_id = "f",
                            file_url = "files/f",
                            size = 1,
                            mime_type = "text/plain",
                        },
                    }
                )
        );
        await Page.Locator("#chosen-files")
            .SetInputFilesAsync([
                new FilePayload
                {
                    Name = "large.txt",
                    MimeType = "text/plain",
                    Buffer = new byte[FakeChatServer.UploadLimit + 1],
                },
                new FilePayload
                {
                    Name = "small.txt",
                    MimeType = "text/plain",
                    Buffer = new byte[1],
                },
            ]);

        await Expect(Page.Locator("#error-text")).ToHaveTextAsync("large.txt: The file is too large. A file can have at most 1 kB.");
        await Expect(Page.Locator("#tray .attachment")).ToHaveTextAsync("small.txt1 byte");
    }

    private static JsonObject File(string name, string type, string address, int? width = null, int? height = null, int? size = null)
    {
        var file = new JsonObject
        {
            ["file_id"] = name,
            ["name"] = name,
            ["mime_type"] = type,
            ["file_url"] = address,
        };
        foreach (var (key, value) in new[] { ("width", width), ("height", height), ("size", size) })
            if (value is not null)
                file[key] = value;
        return file;
    }

    private static JsonObject Upload(string messageId, int seq, string content, params JsonObject[] files)
    {
        var frame = UserMessage(messageId, seq, content);
        frame["type"] = "file_upload";
        frame["file_id"] = (string)files[0]["file_id"]!;
        frame["files"] = new JsonArray([.. files]);
        return frame;
    }
}
