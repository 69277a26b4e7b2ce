using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.People;

/// <summary>A node that is killed at once after it has acknowledged what people did. Protocol section 5.</summary>
public sealed class PeopleCrashTests
{
    [Fact]
    public async Task Help_takeover_words_and_notes_that_were_acknowledged_outlive_the_process()
    {
        await using var models = await ScriptedModelServer.Start();
        models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");
        await using var node = await NodeProcess.Start(new Dictionary<string, string>(models.ProviderSettings));
        string session;
        await using (var user = await node.Connect("ann"))
        {
            session = (await user.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
            await node.Kill();
        }

        await node.Start();
        await using (var user = await node.Connect("ann"))
        {
            Assert.Equal("true", (await user.Next("connection_status")).Metadata("help_requested"));
            await using var admin = await PeopleNode.AdminAt(node.Address, "eve", session);
            await admin.Join();
            await admin.Do(new { type = "note", content = "VIP" }, "n1");
            await admin.Do(new { type = "user_message", content = "I am here." }, "a1");
            await node.Kill();
        }

        await node.Start();
        await using (var admin = await PeopleNode.AdminAt(node.Address, "eve", session, "last_seq=0"))
        {
            Assert.Equal("holder", (await admin.Next("connection_status")).Metadata("role"));
            await admin.Next(f => f.Text("content") == "I am here.");
            Assert.Equal(["admin_join", "note", "user_message"], admin.Seen.Skip(1).Select(f => f.Type()).Where(t => t is not "seen"));
            await using var user = await node.Connect("ann", "last_seq=0");
            Assert.Equal("Eve", (await user.Next("connection_status")).Metadata("admin_name"));
            await user.Say("Thank you!", "q1");
            await admin.Next(f => f.Text("content") == "Thank you!");
        }

        Assert.Empty(models.Requests);
    }
}
