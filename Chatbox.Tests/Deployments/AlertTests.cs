using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Chatbox.Tests.Deployments;

/// <summary>Prometheus' own tool confirms that the alerts fire when they should.</summary>
public sealed partial class AlertTests
{
    /// <summary>The alerts from the nodes' own series, and those from kube-state-metrics.</summary>
    internal static readonly string[] Files = ["deployments/prometheus/alerts.yaml", "deployments/prometheus/kubernetes-alerts.yaml"];

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [FactRequiresPromtool]
    public Task Rules_fire_when_they_should_and_not_on_a_healthy_cluster() => Promtool("test", "rules", "alerts.test.yaml");

    [FactRequiresPromtool]
    public Task Prometheus_takes_its_configuration() => Promtool("check", "config", "prometheus.yaml");

    [Fact]
    public void Every_alert_is_seen_firing()
    {
        var tests = Repository.Read("deployments/prometheus/alerts.test.yaml");
        var alerts = Alert().Matches(string.Concat(Files.Select(Repository.Read))).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(alerts);
        Assert.Distinct(alerts);
        Assert.All(alerts, alert => Assert.Contains($"""labels: ALERTS{"{"}alertname="{alert}", alertstate="firing",""", tests));
    }

    [Fact]
    public void Alerts_say_what_is_wrong_what_to_do_and_how_soon()
    {
        var rules = Files.SelectMany(file => Repository.Read(file).Split("- alert:")[1..]).ToList();

        Assert.All(rules, rule => Assert.Matches(@"severity: (page|ticket)\n", rule));
        Assert.All(rules, rule => Assert.Matches(@"\bsummary: .+\n\s+description: .+", rule));
    }

    private static async Task Promtool(params string[] arguments)
    {
        using var promtool = Process.Start(
            new ProcessStartInfo(Requirements.Promtool!, arguments)
            {
                WorkingDirectory = Path.Combine(Repository.Root, "deployments", "prometheus"),
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        using var deadline = new CancellationTokenSource(Deadline);
        var errors = promtool.StandardError.ReadToEndAsync(deadline.Token);
        var output = await promtool.StandardOutput.ReadToEndAsync(deadline.Token);
        await promtool.WaitForExitAsync(deadline.Token);
        Assert.True(promtool.ExitCode == 0, output + await errors);
    }

    [GeneratedRegex(@"(?m)^\s*- alert: (\w+)$")]
    private static partial Regex Alert();
}
