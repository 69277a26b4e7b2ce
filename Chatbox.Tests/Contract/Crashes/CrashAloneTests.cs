using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using Chatbox.Tests.Servers;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Contract.Crashes;

/// <summary>Promise one-answer without any client: a session with a running answer resumes by itself after a crash.</summary>
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
        var (reason, text) = await Finished(node, question);

        Assert.Equal(FinishReason.Stop, reason);
        Assert.Equal($"{prefix}and the rest.", text);
    }

    [Fact]
    public async Task Sessions_that_rest_and_ids_that_were_only_looked_at_do_not_come_back()
    {
        await using var models = await ScriptedModelServer.Start();
        models.Otherwise = request => request.Body.Contains("stay awake") ? ModelScript.Silence() : ModelScript.Answer("Good night.");
        await using var node = await NodeProcess.Start(
            new Dictionary<string, string>(models.ProviderSettings) { ["SESSION_PASSIVATE_AFTER"] = "1s" }
        );
        await using (var awake = await node.Connect("awake"))
        await using (var asleep = await node.Connect("asleep"))
        await using (var looker = await node.Connect("looker"))
        {
            await awake.Say("stay awake", "q");
            await awake.Next("loading");
            await asleep.Say("go to sleep", "q");
            await asleep.NextDone();
            await looker.Next("connection_status");
        }

        await UntilRemembered(node, 1);
        await node.Kill();
        var before = models.Requests.Count;
        await node.Start();
        using var deadline = new CancellationTokenSource(Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (models.Requests.Count == before)
            await tick.WaitForNextTickAsync(deadline.Token);

        Assert.Contains("stay awake", models.Requests[^1].Body);
        Assert.Equal(1, (await MetricsPage.Read(node.Http))["chatbox_active_sessions_total"]);
    }

    /// <summary>
    /// Polls the node's store until the shards remember this number of sessions. Stops are not counted: on a slow machine a session also
    /// rests and is woken before its question.
    /// </summary>
    private static async Task UntilRemembered(NodeProcess node, int expected)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Remembered(node).Count != expected)
            await tick.WaitForNextTickAsync(deadline.Token);
    }

    /// <summary>The sessions that a start would wake: those started and not stopped, by the journals of the shards.</summary>
    private static HashSet<string> Remembered(NodeProcess node)
    {
        using var connection = Open(node);
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT manifest, message FROM journal
            WHERE persistence_id LIKE '/sharding/session%' AND manifest IN ('CE', 'CF') ORDER BY ordering
            """;
        using var rows = command.ExecuteReader();
        var remembered = new HashSet<string>();
        while (rows.Read())
        {
            var sessions = Entities((byte[])rows.GetValue(1));
            if (rows.GetString(0) == "CE")
                remembered.UnionWith(sessions);
            else
                remembered.ExceptWith(sessions);
        }

        return remembered;
    }

    /// <summary>The ids in Akka's <c>EntitiesStarted</c> (CE) and <c>EntitiesStopped</c> (CF): each is a string in field 1.</summary>
    private static List<string> Entities(byte[] message)
    {
        var input = new CodedInputStream(message);
        var entities = new List<string>();
        while (input.ReadTag() != 0)
            entities.Add(input.ReadString());
        return entities;
    }

    private static SqliteConnection Open(NodeProcess node)
    {
        var file = new SqliteConnectionStringBuilder { DataSource = Path.Combine(node.DataDirectory, "chatbox.db"), Pooling = false };
        var connection = new SqliteConnection(file.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Waits until the answer to a question has finished in the node's journal; returns the reason and the text.</summary>
    private static async Task<(FinishReason Reason, string Text)> Finished(NodeProcess node, string question)
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
                return (finished.Reason, TextOf(events, asked.AnswerId) + finished.Text);
        } while (await tick.WaitForNextTickAsync(deadline.Token));

        throw new TimeoutException();
    }

    /// <summary>The text of an answer's checkpoints, which is what the journal had of the answer while it ran.</summary>
    private static string TextOf(IEnumerable<ISessionEvent> events, MessageId answer) =>
        events.OfType<AnswerCheckpointed>().Where(c => c.MessageId == answer).Aggregate("", (text, c) => text[..c.Offset] + c.Text);

    private static List<ISessionEvent> Journal(NodeProcess node)
    {
        using var connection = Open(node);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT manifest, message FROM journal WHERE persistence_id LIKE 'session-%' ORDER BY ordering";
        using var rows = command.ExecuteReader();
        var events = new List<ISessionEvent>();
        while (rows.Read())
            events.Add((ISessionEvent)ChatboxWire.Table.For(rows.GetString(0)).Read((byte[])rows.GetValue(1)));
        return events;
    }
}
