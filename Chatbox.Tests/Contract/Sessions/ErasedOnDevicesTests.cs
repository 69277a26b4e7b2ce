namespace Chatbox.Tests.Contract.Sessions;

/// <summary>Every device that looks at a session is told that it was erased, before it looks at another one. Protocol section 5.</summary>
public sealed class ErasedOnDevicesTests(ScriptedNode scripted) : IClassFixture<ScriptedNode>
{
    [Fact]
    public async Task Device_is_told_of_the_session_that_was_erased_while_it_looked_at_it()
    {
        await using var laptop = await scripted.Node.Connect("erases");
        await laptop.Say("Secret", "1");
        var session = (await laptop.NextDone()).Text("session_id")!;
        await using var phone = await scripted.Node.Connect("erases");
        await phone.Next("connection_status");

        Assert.Equal(204, (await scripted.Node.Http.Rest("DELETE", $"/sessions/{session}", "erases")).Status);

        foreach (var device in new[] { laptop, phone })
        {
            var told = await device.Next("notification");
            Assert.Equal(("session_erased", session), (told.Metadata("reason"), told.Text("session_id")));
            Assert.NotEqual(session, (await device.Next("connection_status")).Text("session_id"));
        }

        // Who comes back later is bound elsewhere at once, and the first frame says so.
        await using var late = await scripted.Node.Connect("erases", $"session_id={session}&last_seq=2");
        var first = await late.Next(_ => true);
        Assert.Equal("connection_status", first.Type());
        Assert.NotEqual(session, first.Text("session_id"));
    }
}
