using System.Text.Json;
using System.Text.RegularExpressions;
using Chatbox.Actors.Telemetry;
using Chatbox.Node.Telemetry;

namespace Chatbox.Tests.Deployments;

/// <summary>Alerts and dashboard use only metrics that a node exports.</summary>
public sealed partial class NamedMetricsTests
{
    private const string Dashboard = "deployments/grafana/chatbox.json";

    [Theory]
    [InlineData("deployments/prometheus/alerts.yaml")]
    [InlineData("deployments/prometheus/alerts.test.yaml")]
    [InlineData("deployments/kubernetes/base/horizontalpodautoscaler.yaml")]
    [InlineData("deployments/kubernetes/components/monitoring/prometheus-adapter.yaml")]
    [InlineData(Dashboard)]
    public async Task Every_metric_that_is_named_is_exported_with_these_labels(string file)
    {
        var exported = await Exported();
        var named = Metric().Matches(Repository.Read(file)).ToList();

        Assert.NotEmpty(named);
        foreach (var match in named)
        {
            Assert.True(exported.TryGetValue(match.Groups["name"].Value, out var labels), $"{match.Groups["name"].Value} is not exported.");
            var asked = Label().Matches(match.Groups["labels"].Value).Select(label => label.Groups[1].Value);
            // Prometheus itself adds the labels of a series' origin, in Kubernetes also the pod.
            Assert.Empty(asked.Except([.. labels, "job", "instance", "namespace", "pod"]));
        }
    }

    [Fact]
    public void Dashboard_shows_the_queue_for_people_and_what_admins_are_told()
    {
        var dashboard = Repository.Read(Dashboard);

        Assert.All(
            [.. HelpMetricTable.All, MetricTable.Notifications, MetricTable.NotificationsWaiting],
            metric => Assert.Contains(metric.Name, dashboard)
        );
    }

    [Fact]
    public void Panels_of_the_dashboard_have_titles_units_questions_and_places_of_their_own()
    {
        using var dashboard = JsonDocument.Parse(Repository.Read(Dashboard));
        var panels = dashboard
            .RootElement.GetProperty("panels")
            .EnumerateArray()
            .Where(p => p.GetProperty("type").GetString() != "row")
            .ToList();

        Assert.Distinct(dashboard.RootElement.GetProperty("panels").EnumerateArray().Select(panel => panel.GetProperty("id").GetInt32()));
        Assert.Distinct(panels.Select(panel => panel.GetProperty("gridPos").GetRawText()));
        foreach (var panel in panels)
        {
            Assert.NotEqual("", panel.GetProperty("title").GetString());
            Assert.NotEqual("", panel.GetProperty("description").GetString());
            Assert.NotEqual("", panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString());
            Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString());
            Assert.All(
                panel.GetProperty("targets").EnumerateArray(),
                target => Assert.NotEqual("", target.GetProperty("expr").GetString())
            );
        }
    }

    /// <summary>Each series of a node that has recorded every metric once, with the names of its labels.</summary>
    private static async Task<Dictionary<string, HashSet<string>>> Exported()
    {
        var metrics = new PrometheusMetrics();
        metrics.SocketClosed(TimeSpan.FromSeconds(1));
        metrics.ModelAsked("one");
        metrics.ModelFailed("one");
        metrics.FirstToken("one", TimeSpan.FromSeconds(1));
        metrics.TokensUsed("one", 1);
        metrics.Journaled("session", TimeSpan.FromSeconds(1));
        metrics.Requested("/chatbox/sessions", "GET", TimeSpan.FromSeconds(1));
        metrics.CertificateLasts(TimeSpan.FromDays(30));
        metrics.BreakersOpen("one", 1);
        metrics.HelpDesk(new HelpDeskGauges(1, TimeSpan.FromSeconds(1), 1));
        metrics.NotificationAttempted("mail", "sent");
        metrics.NotificationsWaiting("mail", 1);
        metrics.Operation.StoreConnections(1, 1, 2);
        metrics.FileStore.Took("write", TimeSpan.FromSeconds(1));
        metrics.FileStore.Works(true);
        using var page = new MemoryStream();
        await metrics.Write(page, CancellationToken.None);

        var series = new Dictionary<string, HashSet<string>> { ["up"] = [] };
        foreach (
            var line in System.Text.Encoding.UTF8.GetString(page.ToArray()).Split('\n').Where(line => line.Length > 0 && line[0] != '#')
        )
        {
            var name = line[..line.IndexOfAny(['{', ' '])];
            series.TryAdd(name, []);
            series[name].UnionWith(Label().Matches(line).Select(label => label.Groups[1].Value));
        }

        return series;
    }

    [GeneratedRegex("""(?<![\w/])(?<name>(?:chatbox|process|dotnet)_[a-z_]+|up(?=\{))(?:\{(?<labels>[^}]*)\})?""")]
    private static partial Regex Metric();

    [GeneratedRegex("""(\w+)(?:=~|!=|!~|=)\\?"[^"\\]*""")]
    private static partial Regex Label();
}
