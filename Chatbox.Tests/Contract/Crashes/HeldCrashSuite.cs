using Chatbox.Tests.Harness.Stores;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Crashes;

/// <summary>The tests of <see cref="CrashSuite"/>, and those that need a store whose writes can be held back.</summary>
public abstract class HeldCrashSuite(CrashNodes host) : CrashSuite(host)
{
    private readonly CrashNodes _host = host;

    [StoreTheory]
    [InlineData(null)]
    [InlineData(EveryPiece)]
    public async Task Answer_whose_end_was_not_stored_is_asked_for_again_and_ends_once(string? interval)
    {
        var question = $"end not stored, every {interval ?? "second"}";
        var end = new TaskCompletionSource();
        _host.WhenAsked(question, _ => ModelScript.Begin().Pieces(Pieces).Wait(end.Task).End());
        var node = await _host.Node(interval);
        await using var client = new CrashClient(question);
        await client.Connect(node);
        await client.Say(question, "q");
        await client.UntilShown(Whole.Length);

        using (_host.HoldStore(node))
        {
            end.SetResult();
            await _host.Said(question).WaitAsync(TimeSpan.FromSeconds(30));
            await node.Kill();
            _host.WhenAsked(question, Again);
        }

        await client.UntilEnded();
        Assert.Empty(client.Answers);
        await node.Start();
        await client.Connect(node);
        await client.Until(questions: 1, answers: 1);

        var asked = _host.AskedToGoOnFrom(question);
        Assert.Equal(2, asked.Count);
        Assert.Equal(Whole[asked[1].Length..], client.Withdrawn);
        if (interval == EveryPiece)
            Assert.Equal("", client.Withdrawn);
        Assert.Equal(AgainAfter(asked[1]), client.Answers.Single().Text);
        await AssertSameForNewcomer(node, question, client);
    }

    [StoreFact]
    public async Task Message_that_was_not_stored_is_not_acknowledged_and_counts_once_when_resent()
    {
        const string question = "not stored";
        _host.WhenAsked(question, _ => ModelScript.Answer(Pieces));
        var node = await _host.Node(null);
        await using var client = new CrashClient(question);
        await client.Connect(node);
        var before = (await MetricsPage.Read(node.Http))["chatbox_messages_received_total"];
        using (_host.HoldStore(node))
        {
            await client.Say(question, "q");
            await MetricsPage.WaitFor(node.Http, "chatbox_messages_received_total", received => received > before);
            await node.Kill();
        }

        await client.UntilEnded();
        Assert.Empty(client.Acks);
        await node.Start();
        await client.Connect(node);
        await client.Say(question, "q");
        await client.Until(questions: 1, answers: 1);

        Assert.Single(_host.AskedToGoOnFrom(question));
        await AssertSameForNewcomer(node, question, client);
    }
}
