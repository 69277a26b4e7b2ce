namespace Chatbox.Tests.Contract.People;

/// <summary>Users and admins who connect again across a stretch between people. Protocol section 5, "Resume".</summary>
public sealed class AdminResumeTests(PeopleNode host) : IClassFixture<PeopleNode>
{
    [Fact]
    public async Task Both_sides_resume_across_the_stretch_without_a_gap_or_a_repetition()
    {
        await using var user = await host.User("ann");
        var session = await user.Begin("ann begins");
        await using var admin = await host.Admin("eve", session, "last_seq=0");
        await admin.Join();
        await user.Do(new { type = "user_message", content = "one" }, "q2");
        await admin.Do(new { type = "user_message", content = "two" }, "a1");
        await admin.Do(new { type = "note", content = "for us" }, "n1");
        await user.Do(new { type = "user_message", content = "three" }, "q3");
        await admin.Next(f => f.Text("content") == "three");
        var half = admin.Seen.Last(f => f.Text("content") == "one").Seq();
        await admin.Leave();
        await user.Say("four", "q4");
        await user.NextDone();

        string[] everything = ["ann begins", "done", "admin_join", "one", "two", "for us", "three", "admin_leave", "four", "done"];
        await using var all = await host.Admin("eve", session, "last_seq=0");
        await all.NextDone();
        await all.NextDone();
        Assert.Equal(everything, Items(all));
        Assert.Equal(all.Seen.Where(HasPlace).Select(FrameFacts.Seq).Order().Distinct(), all.Seen.Where(HasPlace).Select(FrameFacts.Seq));
        await using var rest = await host.Admin("kim", session, $"last_seq={half}");
        await rest.NextDone();
        Assert.Equal(everything[4..], Items(rest));

        await using var back = await host.User("ann", $"session_id={session}&last_seq={half}");
        await back.NextDone();
        Assert.Equal(everything[4..].Where(item => item != "for us"), Items(back));
    }

    private static bool HasPlace(System.Text.Json.JsonElement frame) =>
        frame.Type() is not ("connection_status" or "ack") && frame.TryGetProperty("seq", out _);

    private static IEnumerable<string?> Items(TestClient client) =>
        client.Seen.Where(HasPlace).Select(f => f.IsDone() ? "done" : f.Text("content") ?? f.Type());
}
