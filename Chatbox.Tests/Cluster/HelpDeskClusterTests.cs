using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>The help desk and the outbox, which live once in the cluster, when their node dies.</summary>
[Collection(ClusterCollection.Name)]
public sealed class HelpDeskClusterTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [FactRequiresPostgres]
    public async Task Desk_that_loses_its_node_keeps_places_and_escalations_and_tells_each_incident_under_one_id()
    {
        var people = Chaos.Size(3, 20);
        var escalation = TimeSpan.FromSeconds(Chaos.Size(20, 40));
        using var deadline = new CancellationTokenSource(Deadline);
        await using var receiver = await NotificationServer.Start();
        await using var cluster = await NodeCluster.Start(
            3,
            new Dictionary<string, string>(receiver.Webhook)
            {
                ["HELP_ESCALATION"] = $"{escalation.TotalSeconds}s",
                ["NOTIFY_CRASH"] = "none",
            }
        );

        // The first node is the oldest, where the desk and the outbox live. It dies between sending and noting the last incident.
        await using var queue = await HelpQueue.Of(cluster, people, deadline.Token);
        await receiver.Until(server => server.Hooks.Count == people);
        receiver.HoldNext();
        await using var last = await HelpQueue.Of(cluster, 1, deadline.Token);
        await receiver.Until(server => server.Hooks.Count > people);
        await cluster.Nodes[0].Kill();

        await queue.AssertUnchanged(cluster.Nodes[1]);
        string[] sessions = [.. queue.Sessions.Concat(last.Sessions).Distinct()];
        await receiver.Until(server => sessions.All(session => Of(server, "help_escalated", session).Count > 0), escalation);
        Chaos.Report("Escalation told after its time, the desk's node killed", sessions.Select(session => First(session).Delay));
        foreach (var session in sessions)
        {
            var requested = Of(receiver, "help_request", session);
            var escalated = Of(receiver, "help_escalated", session);
            Assert.Single(requested.Select(hook => hook.IdempotencyKey).Distinct());
            Assert.Single(
                escalated
                    .Where(hook => hook.Body.GetProperty("facts").Text("escalation") == "1")
                    .Select(hook => hook.IdempotencyKey)
                    .Distinct()
            );
            var waited = At(escalated[0]) - At(requested[0]);
            Assert.Equal(escalation.TotalSeconds, waited.TotalSeconds, tolerance: 1);
            Assert.True(First(session).Delay >= TimeSpan.Zero, "The escalation was told before its time.");
        }

        // Only the incident that was under way when the node died may have been told twice.
        Assert.InRange(receiver.Hooks.Count(hook => hook.Body.Text("event") == "help_request"), people + 1, people + 2);

        NotificationServer.Hook First(string session) => Of(receiver, "help_escalated", session)[0];
    }

    private static List<NotificationServer.Hook> Of(NotificationServer server, string kind, string session) =>
        [.. server.Hooks.Where(hook => hook.Body.Text("event") == kind && hook.Body.Text("session_id") == session)];

    private static DateTimeOffset At(NotificationServer.Hook hook) => hook.Body.GetProperty("at").GetDateTimeOffset();
}
