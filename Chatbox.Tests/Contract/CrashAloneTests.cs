using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using Chatbox.Tests.Servers;
using Microsoft.Data.Sqlite;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Contract;

/// <summary>one-answer, when nobody is there to see it: a session that was at work goes on after a crash by itself.</summary>
public sealed class CrashAloneTests(CrashNodes host) : IClassFixture<CrashNodes>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Answer_that_a_crash_interrupts_is_finished_though_nobody_comes_back()
    {
        const string question = "nobody comes back";
        host.WhenAsked(question, _ => ModelScript.Begin().Pieces("Half ").Hang());
        var node = await host.Node(null);
        await using (var client = new CrashClient(question))
        {
            await client.Connect(node);
            await client.Say(question, "q");
            await client.UntilShown("Half ".Length);
            await node.Kill();
        }

        host.WhenAsked(question, _ => ModelScript.Answer("and the rest."));
        await node.Start();
        var prefix = await host.Asked(question, 1);
        var finished = await Finished(node, question);

        Assert.Equal(FinishReason.Stop, finished.Reason);
        Assert.Equal(prefix.Length, finished.Offset);
        Assert.Equal("and the rest.", finished.Text);
    }

    /// <summary>The end of the answer to a question, as the node's journal has it; waits for it.</summary>
    private static async Task<AnswerFinished> Finished(NodeProcess node, string question)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        do
        {
            var events = Journal(node);
            if (
                events.OfType<MessageSubmitted>().SingleOrDefault(m => m.Content == question) is { } asked
                && events.OfType<AnswerFinished>().SingleOrDefault(a => a.MessageId == asked.AnswerId) is { } finished
            )
                return finished;
        } while (await tick.WaitForNextTickAsync(deadline.Token));

        throw new TimeoutException();
    }

    private static List<ISessionEvent> Journal(NodeProcess node)
    {
        var file = new SqliteConnectionStringBuilder { DataSource = Path.Combine(node.DataDirectory, "chatbox.db"), Pooling = false };
        using var connection = new SqliteConnection(file.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT manifest, message FROM journal WHERE persistence_id LIKE 'session-%' ORDER BY ordering";
        using var rows = command.ExecuteReader();
        var events = new List<ISessionEvent>();
        while (rows.Read())
            events.Add((ISessionEvent)ChatboxWire.Table.For(rows.GetString(0)).Read((byte[])rows.GetValue(1)));
        return events;
    }
}
