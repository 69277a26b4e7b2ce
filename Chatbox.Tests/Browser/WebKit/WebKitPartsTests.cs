using Chatbox.Tests.Contract.Voice;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Browser.WebKit;

/// <summary>What stands in and around answers, in WebKit: a name, a diagram, a sound, and whether the helper is there.</summary>
public sealed class WebKitPartsTests(WebKitDriver webKit, SpokenNode host) : IClassFixture<WebKitDriver>, IClassFixture<SpokenNode>
{
    [FactRequiresWebKit]
    public async Task Answer_has_its_diagram_and_its_sound_and_the_conversation_its_name_and_its_helper()
    {
        host.Models.Otherwise = _ => ModelScript.Answer("From a seed:\n\n```mermaid\nflowchart LR\n  seed[Seed] --> basil[Basil]\n```\n");
        using var page = await WebKitPage.Open(webKit, new Uri(host.Node.Address, $"/chatbox/?token={TestNode.Token("webkit-parts")}"));
        await page.UntilBound();
        page.Click("#speak");
        await page.UntilCount("#speak[aria-pressed=true]", 1);
        page.Say("How does basil grow?");
        await page.UntilCount("#entries .ai.done .speech .voice button", 1);
        await page.UntilCount("#entries .draw", 1);

        page.Click("#entries .draw");
        await page.Until(it => it.Run<bool>("return document.querySelector('#entries .drawn img')?.naturalWidth > 50"), isDrawn => isDrawn);
        await page.Until(
            it =>
                it.Run<bool>("const log = document.querySelector('#log'); return log.scrollHeight - log.scrollTop - log.clientHeight < 2"),
            isAtEnd => isAtEnd
        );

        page.Click("#more");
        page.Click("#rename");
        await page.UntilCount("#dialog[open] input", 1);
        page.Shoot("rename");
        page.Run<object?>("const field = document.querySelector('#dialog input'); field.value = 'Basil'; field.form.requestSubmit()");
        await page.Until(it => it.Texts("#title").Single(), title => title == "Basil");
        await page.Until(it => it.Texts("#conversations .room"), names => names.SequenceEqual(["Basil"]));

        var session = (await host.Node.Http.Rest("GET", "/sessions", "webkit-parts")).Json.GetProperty("sessions")[0].Text("session_id");
        var helper = await TestClient.Connect(host.Node.Address, TestNode.Token("eve", "admin"), $"session_id={session}");
        await helper.Send(new { type = "admin_join", id = "j1" });
        await page.Until(it => it.Texts("#assistance").Single(), text => text == "eve · online");
        page.Shoot("parts");
        await helper.DisposeAsync();
        await page.Until(it => it.Texts("#assistance").Single(), text => text == "eve · away");
    }
}
