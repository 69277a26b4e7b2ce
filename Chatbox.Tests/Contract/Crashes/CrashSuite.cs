using Chatbox.Tests.Harness.Stores;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Crashes;

/// <summary>Sends <c>kill -9</c> at every stage of an answer. Promises durable-ack, one-answer, no-gap and once.</summary>
public abstract class CrashSuite(CrashNodes host)
{
    protected const string EveryPiece = "0";

    protected static readonly string[] Pieces = ["It ", "goes ", "on: ", "日本語 ", "😀 ", "and ", "ends", "."];
    protected static readonly string Whole = string.Concat(Pieces);

    public static TheoryData<int, string?> Moments() =>
        new()
        {
            { 0, null },
            { 1, null },
            { Pieces.Length / 2, null },
            { Pieces.Length, null },
            { 0, EveryPiece },
            { 1, EveryPiece },
            { Pieces.Length / 2, EveryPiece },
            { Pieces.Length, EveryPiece },
        };

    [StoreTheory]
    [MemberData(nameof(Moments))]
    public async Task Answer_that_a_crash_interrupts_goes_on_and_ends_once(int shown, string? interval)
    {
        var question = $"interrupted after {shown}, every {interval ?? "second"}";
        host.WhenAsked(question, _ => ModelScript.Begin().Pieces(Pieces[..shown]).Hang());
        var node = await host.Node(interval);
        await using var client = new CrashClient(question);
        await client.Connect(node);
        await client.Say(question, "q");
        await client.Next("loading");
        await host.Asked(question, 0);
        var had = string.Concat(Pieces[..shown]);
        await client.UntilShown(had.Length);

        await node.Kill();
        host.WhenAsked(question, Again);
        await node.Start();
        await client.Connect(node);
        await client.Until(questions: 1, answers: 1);

        var asked = host.AskedToGoOnFrom(question);
        Assert.Equal(2, asked.Count);
        Assert.StartsWith(asked[1], had);
        Assert.Equal(had[asked[1].Length..], client.Withdrawn);
        if (interval == EveryPiece)
            Assert.Equal("", client.Withdrawn);
        Assert.Equal(AgainAfter(asked[1]), client.Answers.Single().Text);
        Assert.Equal("stop", client.Answers.Single().Reason);
        await AssertSameForNewcomer(node, question, client);
    }

    [StoreTheory]
    [InlineData(null)]
    [InlineData(EveryPiece)]
    public async Task Answer_that_was_done_is_not_touched_by_a_crash(string? interval)
    {
        var question = $"done, every {interval ?? "second"}";
        host.WhenAsked(question, _ => ModelScript.Answer(Pieces));
        var node = await host.Node(interval);
        await using var client = new CrashClient(question);
        await client.Connect(node);
        await client.Say(question, "q");
        await client.Until(questions: 1, answers: 1);

        await node.Kill();
        await node.Start();
        await client.Connect(node);
        await client.Say(question, "q");
        await client.NextAck("q");

        Assert.Equal(Whole, client.Answers.Single().Text);
        Assert.Equal("", client.Withdrawn);
        Assert.Single(host.AskedToGoOnFrom(question));
        await AssertSameForNewcomer(node, question, client);
    }

    [StoreTheory]
    [InlineData(null)]
    [InlineData(EveryPiece)]
    public async Task Answer_survives_two_crashes(string? interval)
    {
        var question = $"twice, every {interval ?? "second"}";
        host.WhenAsked(question, _ => ModelScript.Begin().Pieces(Pieces[..2]).Hang());
        var node = await host.Node(interval);
        await using var client = new CrashClient(question);
        await client.Connect(node);
        await client.Say(question, "q");
        await client.UntilShown(string.Concat(Pieces[..2]).Length);

        await node.Kill();
        host.WhenAsked(question, prefix => ModelScript.Begin().Pieces("[second] ", Whole[prefix.Length..10]).Hang());
        await node.Start();
        await client.Connect(node);
        var second = await host.Asked(question, 1);
        var shown = second + "[second] " + Whole[second.Length..10];
        await client.UntilShown(shown.Length);
        Assert.Equal(shown, client.Text);

        await node.Kill();
        host.WhenAsked(question, _ => ModelScript.Answer("[third] "));
        await node.Start();
        await client.Connect(node);
        await client.Until(questions: 1, answers: 1);

        var third = await host.Asked(question, 2);
        Assert.StartsWith(third, shown);
        if (interval == EveryPiece)
            Assert.Equal(shown, third);
        Assert.Equal(third + "[third] ", client.Answers.Single().Text);
        Assert.Equal(3, host.AskedToGoOnFrom(question).Count);
        await AssertSameForNewcomer(node, question, client);
    }

    [StoreFact]
    public async Task Acknowledged_message_survives_a_crash_at_once_and_is_known_again()
    {
        const string question = "acknowledged";
        host.WhenAsked(question, _ => ModelScript.Silence());
        var node = await host.Node(null);
        await using var client = new CrashClient(question);
        await client.Connect(node);
        await client.Say(question, "q");
        var ack = await client.NextAck("q");

        await node.Kill();
        host.WhenAsked(question, Again);
        await node.Start();
        await client.Connect(node);
        await client.Say(question, "q");
        var repeated = await client.NextAck("q");
        await client.Until(questions: 1, answers: 1);
        await client.Say(question, "q");
        await client.NextAck("q");

        Assert.Equal(ack.GetRawText(), repeated.GetRawText());
        Assert.Single(client.Questions);
        Assert.InRange(host.AskedToGoOnFrom(question).Count, 1, 2); // the kill may have come before the request
        await AssertSameForNewcomer(node, question, client);
    }

    [StoreTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Burst_that_a_crash_interrupts_is_stored_and_answered_once_and_in_order(int acknowledged)
    {
        var questions = Enumerable.Range(1, 4).Select(n => $"burst {acknowledged}, {n}").ToList();
        host.WhenAsked(questions[0], _ => ModelScript.Silence());
        foreach (var question in questions[1..])
            host.WhenAsked(question, _ => ModelScript.Answer("To ", question));
        var node = await host.Node(null);
        var user = $"burst {acknowledged}";
        await using var client = new CrashClient(user);
        await client.Connect(node);
        foreach (var question in questions)
            await client.Say(question, question);
        await client.NextAck(questions[acknowledged - 1]);
        await node.Kill();
        host.WhenAsked(questions[0], Again);
        await client.UntilEnded();

        await node.Start();
        await client.Connect(node);
        foreach (var question in questions.Where(q => !client.Acks.ContainsKey(q)))
            await client.Say(question, question);
        await client.Until(questions: 4, answers: 4);
        foreach (var question in questions.Where(q => !client.Acks.ContainsKey(q)))
            await client.NextAck(question);

        Assert.Equal(questions, client.Questions.Select(q => q.Text));
        Assert.Equal([AgainAfter(""), .. questions[1..].Select(q => $"To {q}")], client.Answers.Select(a => a.Text));
        Assert.All(questions[1..], q => Assert.Single(host.AskedToGoOnFrom(q)));
        await AssertSameForNewcomer(node, user, client);
    }

    private protected static ModelScript Again(string prefix) => ModelScript.Answer("[again] ", Whole[prefix.Length..]);

    protected static string AgainAfter(string prefix) => $"{prefix}[again] {Whole[prefix.Length..]}";

    private protected static async Task AssertSameForNewcomer(NodeProcess node, string user, CrashClient client)
    {
        await using var newcomer = await CrashClient.Newcomer(node, user);
        await newcomer.Until(client.Questions.Count, client.Answers.Count);
        Assert.Equal(
            client.Questions.Concat(client.Answers).OrderBy(i => i.Seq),
            newcomer.Questions.Concat(newcomer.Answers).OrderBy(i => i.Seq)
        );
        Assert.Equal("", newcomer.Withdrawn);
    }
}

/// <inheritdoc />
public sealed class CrashTests(CrashNodes host) : HeldCrashSuite(host), IClassFixture<CrashNodes>;

/// <inheritdoc />
[Collection(PostgresCollection.Name)]
[OnPostgresServer]
public sealed class CrashOnPostgresTests(CrashNodesOnPostgres host) : HeldCrashSuite(host), IClassFixture<CrashNodesOnPostgres>;

/// <inheritdoc />
[OnMongoServer]
public sealed class CrashOnMongoTests(CrashNodesOnMongo host) : CrashSuite(host), IClassFixture<CrashNodesOnMongo>;
