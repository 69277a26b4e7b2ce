using Chatbox.Tests.Harness.Stores;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Sockets;

/// <summary>A client that resumes receives everything it lacks, and nothing twice. Protocol section 5, "Resume".</summary>
public abstract class ResumeSuite(ScriptedNode host)
{
    private TestNode Node => host.Node;

    [StoreTheory]
    [MemberData(nameof(CutAnswer.Places), MemberType = typeof(CutAnswer))]
    public async Task Client_that_comes_back_has_no_hole_and_nothing_twice(int seen, bool afterTheEnd)
    {
        var question = $"resume {seen} {afterTheEnd}";
        var rest = new TaskCompletionSource();
        host.WhenAsked(
            question,
            ModelScript.Begin().Pieces(CutAnswer.Pieces[..seen]).Wait(rest.Task).Pieces(CutAnswer.Pieces[seen..]).End()
        );
        await using var client = await Node.Connect(question);
        await using var witness = await Node.Connect(question);
        await witness.Next("connection_status");
        await client.Say(question, "q");
        var ack = await client.Next("ack");
        var answer = (await client.Next("loading")).Text("message_id")!;
        var had = string.Concat(CutAnswer.Pieces[..seen]);
        while (client.TextOf(answer).Length < had.Length)
            await client.Next("ai_response");
        client.Abort();
        if (afterTheEnd)
        {
            rest.SetResult();
            await witness.NextDone();
        }

        await using var back = await Node.Connect(question, $"last_seq={ack.Seq()}&partial={answer}:{had.Length}");
        var status = await back.Next("connection_status");
        rest.TrySetResult();
        var done = await back.NextDone();

        Assert.Equal(ack.Seq(), status.Seq());
        Assert.Equal(answer, done.Text("message_id"));
        Assert.Equal(CutAnswer.Whole, had + Rest(back, had.Length));
        Assert.DoesNotContain(back.Seen, f => f.Type() is "user_message" or "ack");
        Assert.Equal(CutAnswer.Whole.Length, done.GetProperty("offset").GetInt32());

        await back.SendText("""{"type":"stop","id":"end"}""");
        await back.Next("ack");
        Assert.Single(back.Seen, f => f.IsDone());
    }

    [StoreFact]
    public async Task Client_that_has_nothing_gets_the_running_answer_whole_and_then_live()
    {
        var gate = new TaskCompletionSource();
        host.WhenAsked("newcomer", ModelScript.Begin().Pieces("So far, ").Wait(gate.Task).Pieces("so good.").End());
        await using var client = await Node.Connect("newcomer");
        await client.Say("newcomer", "q");
        await client.Next("ai_response");

        await using var late = await Node.Connect("newcomer");
        await late.Next("ai_response");
        gate.SetResult();
        var done = await late.NextDone();
        Assert.Equal("So far, so good.", late.TextOf(done.Text("message_id")!));
        Assert.DoesNotContain(late.Seen, f => f.Type() == "user_message");
    }

    [StoreFact]
    public async Task Client_that_has_all_gets_nothing_again()
    {
        await using var client = await Node.Connect("complete");
        await client.Say("complete", "q");
        var done = await client.NextDone();

        await using var back = await Node.Connect("complete", $"last_seq={done.Seq()}");
        Assert.Equal(done.Seq(), (await back.Next("connection_status")).Seq());
        await back.SendText("""{"type":"stop","id":"end"}""");
        await back.Next("ack");
        Assert.Equal(["connection_status", "ack"], back.Seen.Select(f => f.Type()));
    }

    [StoreFact]
    public async Task Every_item_after_the_place_comes_in_order()
    {
        await using var client = await Node.Connect("historian");
        for (var n = 1; n <= 3; n++)
        {
            host.WhenAsked($"history {n}", ModelScript.Answer($"answer ", $"{n}"));
            await client.Say($"history {n}", $"h{n}");
            await client.NextDone();
        }

        await using var all = await Node.Connect("historian", "last_seq=0");
        for (var n = 1; n <= 3; n++)
        {
            Assert.Equal($"history {n}", (await all.Next("user_message")).Text("content"));
            Assert.Equal($"answer {n}", all.TextOf((await all.NextDone()).Text("message_id")!));
        }

        var items = all.Seen.Where(f => f.Type() == "user_message" || f.IsDone()).Select(f => f.Seq()).ToList();
        Assert.Equal(items.Distinct().Order(), items);

        await using var some = await Node.Connect("historian", $"last_seq={items[2]}");
        await some.NextDone();
        await some.Next("user_message");
        await some.NextDone();
        Assert.Equal(items[3..], some.Seen.Where(f => f.Type() == "user_message" || f.IsDone()).Select(f => f.Seq()));
    }

    [StoreTheory]
    [InlineData("last_seq=-1")]
    [InlineData("last_seq=abc")]
    [InlineData("last_seq=99999999999999999999")]
    [InlineData("last_seq=1000000")]
    [InlineData("partial=:")]
    [InlineData("partial=x")]
    [InlineData("partial=x:99999999999")]
    [InlineData("last_seq=0&partial=00000000000000000000000000000000:5")]
    public async Task Place_that_makes_no_sense_does_no_harm(string query)
    {
        var user = $"lost {query}";
        await using (var first = await Node.Connect(user))
        {
            await first.Say("once", "q1");
            await first.NextDone();
        }

        await using var client = await Node.Connect(user, query);
        Assert.True((await client.Next("connection_status")).Seq() >= 0);
        await client.Say("again", "q2");
        await client.Next(f => f.Type() == "ack" && f.Text("id") == "q2");
        var done = await client.NextDone();
        Assert.Equal("Well, well.", client.TextOf(done.Text("message_id")!));
    }

    // The store was restored from an older backup.
    [StoreFact]
    public async Task Client_that_was_shown_more_than_there_is_is_told_to_read_the_history()
    {
        long head;
        await using (var first = await Node.Connect("ahead"))
        {
            await first.Say("once", "q1");
            head = (await first.NextDone()).Seq();
        }

        await using var client = await Node.Connect("ahead", $"last_seq={head + 1}");
        var status = await client.Next("connection_status");
        Assert.Equal("reload", status.Metadata("history"));
        Assert.True(status.Seq() <= head);
    }

    [StoreFact]
    public async Task Part_that_the_answer_never_had_is_withdrawn()
    {
        host.WhenAsked("short", ModelScript.Answer("short"));
        await using var client = await Node.Connect("beyond");
        await client.Say("short", "q");
        var ack = await client.Next("ack");
        var done = await client.NextDone();

        await using var back = await Node.Connect("beyond", $"last_seq={ack.Seq()}&partial={done.Text("message_id")}:500");
        var reset = await back.Next("ai_response");
        Assert.Equal("true", reset.Metadata("reset"));
        Assert.Equal(5, reset.GetProperty("offset").GetInt32());
        Assert.Equal(done.Seq(), (await back.NextDone()).Seq());
    }

    [StoreFact]
    public async Task Two_sockets_see_the_same_items_in_the_same_order()
    {
        await using var one = await Node.Connect("twins");
        await using var two = await Node.Connect("twins");
        await one.Next("connection_status");
        await two.Next("connection_status");
        for (var n = 1; n <= 6; n++)
        {
            await (n % 2 == 0 ? one : two).Say($"twin {n}", $"t{n}");
            await one.NextDone();
            await two.NextDone();
        }

        var (first, second) = (Items(one), Items(two));
        Assert.Equal(12, first.Count);
        Assert.Equal(first, second);
        Assert.Equal(first.Select(i => i.Seq).Distinct().Order(), first.Select(i => i.Seq));
    }

    /// <summary>A socket's items by place: its own messages by their acks, messages of others, and the ends of answers.</summary>
    private static List<(long Seq, string? Message)> Items(TestClient client) =>
        [.. client.Seen.Where(f => f.Type() is "ack" or "user_message" || f.IsDone()).Select(f => (f.Seq(), f.Text("message_id")))];

    /// <summary>The text of all pieces, which must be contiguous from <paramref name="offset"/> on.</summary>
    private static string Rest(TestClient client, int offset)
    {
        var text = "";
        foreach (var piece in client.Seen.Where(f => f.Type() == "ai_response" && !f.IsDone()))
        {
            Assert.Equal(offset + text.Length, piece.GetProperty("offset").GetInt32());
            text += piece.Text("content");
        }

        return text;
    }
}

/// <inheritdoc />
public sealed class ResumeTests(ScriptedNode host) : ResumeSuite(host), IClassFixture<ScriptedNode>;

/// <inheritdoc />
[Collection(PostgresCollection.Name)]
[OnPostgresServer]
public sealed class ResumeOnPostgresTests(ScriptedNodeOnPostgres host) : ResumeSuite(host), IClassFixture<ScriptedNodeOnPostgres>;

/// <inheritdoc />
[OnMongoServer]
public sealed class ResumeOnMongoTests(ScriptedNodeOnMongo host) : ResumeSuite(host), IClassFixture<ScriptedNodeOnMongo>;
