using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatbox.Tests.Browser;

/// <summary>
/// A site that embeds the chat. Its pages have a policy that admits no inline style or script, and its server gives the tokens of its users.
/// </summary>
internal sealed class HostSite : IAsyncDisposable
{
    private const string Script = """
        window.happened = [];
        for (const chat of document.querySelectorAll("chatbox-chat")) {
          chat.getToken = async (reason) => (await fetch(`/token?user=${chat.dataset.user}&reason=${reason}`)).text();
          for (const name of ["open", "close", "unread"]) chat.addEventListener(name, ({ detail }) => happened.push(`${name} ${detail ?? ""}`.trim()));
        }
        for (const frame of document.querySelectorAll("iframe[data-user]")) {
          addEventListener("message", async ({ source, origin, data }) => {
            if (source !== frame.contentWindow || origin !== new URL(frame.src).origin || data.type !== "request_token") return;
            const token = await (await fetch(`/token?user=${frame.dataset.user}&reason=frame`)).text();
            source.postMessage(JSON.stringify({ type: "token", token }), origin);
          });
        }
        document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => happened.push(`violation ${violatedDirective} ${blockedURI}`));
        """;

    private readonly WebApplication _app;
    private readonly Channel<string> _asked = Channel.CreateUnbounded<string>();

    private HostSite(WebApplication app) => _app = app;

    /// <summary>Scheme, host and port of the site.</summary>
    public string Origin { get; private set; } = "";

    /// <summary>Where the chat is.</summary>
    public Uri Chat { get; set; } = null!;

    /// <summary>What the pages of this site have in their body.</summary>
    public string Body { get; set; } = "";

    /// <summary>The token that a user gets who asks for this reason.</summary>
    public Func<string, string, string> Token { get; set; } = (user, _) => TestNode.Token(user);

    /// <summary>A folder with files of this site; null for none.</summary>
    public string? Files { get; set; }

    public static async Task<HostSite> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var site = new HostSite(builder.Build());
        site._app.Use(
            (context, next) =>
            {
                var chat = site.Chat.GetLeftPart(UriPartial.Authority);
                context.Response.Headers.ContentSecurityPolicy =
                    $"default-src 'none'; script-src 'self' {chat}; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src *";
                return next(context);
            }
        );
        site._app.MapGet("/", () => Results.Content(site.Page, "text/html"));
        site._app.MapGet("/host.js", () => Results.Content(Script, "text/javascript"));
        site._app.MapGet(
            "/token",
            (string user, string reason) =>
            {
                site._asked.Writer.TryWrite(reason);
                return Results.Text(site.Token(user, reason));
            }
        );
        site._app.MapGet("/files/{**path}", (string path) => Results.File(Path.Combine(site.Files!, path), TypeOf(path)));
        await site._app.StartAsync();
        site.Origin = site._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return site;
    }

    /// <summary>Forgets what a test has set, and what its pages have asked for.</summary>
    public void Reset()
    {
        (Body, Token) = ("", (user, _) => TestNode.Token(user));
        while (_asked.Reader.TryRead(out _)) { }
    }

    /// <summary>Why the next token is asked for.</summary>
    public async Task<string> NextAsked()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _asked.Reader.ReadAsync(deadline.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private string Page =>
        $"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>A site</title>
            <link rel="icon" href="data:,">
            <body>{Body}</body>
            <script src="/host.js"></script>
            <script src="{new Uri(Chat, "embed.js")}"></script>
            </html>
            """;

    private static string TypeOf(string path) =>
        Path.GetExtension(path) switch
        {
            ".html" => "text/html",
            ".css" => "text/css",
            _ => "text/javascript",
        };
}

/// <summary>A node with scripted models, and four sites that may embed its pages. The last may not give them a token.</summary>
public sealed class EmbeddedNode : ScriptedNode, IAsyncLifetime
{
    internal IReadOnlyList<HostSite> Sites { get; private set; } = [];

    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>
        {
            ["FRAME_ANCESTORS"] = string.Join(',', Sites.Select(site => site.Origin)),
            ["PARENT_ORIGINS"] = string.Join(',', Sites.Take(3).Select(site => site.Origin)),
        };

    public new async Task InitializeAsync()
    {
        Sites = await Task.WhenAll(HostSite.Start(), HostSite.Start(), HostSite.Start(), HostSite.Start());
        await base.InitializeAsync();
        foreach (var site in Sites)
            site.Chat = new Uri(Node.Address, "/chatbox/");
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var site in Sites)
            await site.DisposeAsync();
    }
}
