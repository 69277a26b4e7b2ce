using System.Text.RegularExpressions;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace Chatbox.Tests.Deployments;

/// <summary>The components that an overlay may add: the gateway, the limits of what nodes may reach, the monitoring.</summary>
public sealed partial class KubernetesComponentsTests
{
    private const string Production = "production-postgres";
    private const string Monitoring = "deployments/kubernetes/components/monitoring";

    [FactRequiresKubectl]
    public async Task Gateway_ends_tls_and_redirects_what_comes_without()
    {
        var overlay = await Overlay.Read(Production);
        var gateway = Assert.Single(overlay.All<Gateway>()).Spec;
        var (http, https) = (gateway.Listeners.Single(l => l.Protocol == "HTTP"), gateway.Listeners.Single(l => l.Protocol == "HTTPS"));

        Assert.NotEqual("", gateway.GatewayClassName);
        Assert.Equal((80, 443), (http.Port, https.Port));
        Assert.Equal("Terminate", https.Tls!.Mode);
        Assert.Equal("chatbox-tls", Assert.Single(https.Tls.CertificateRefs).Name);
        var routes = overlay.All<HttpRoute>().ToDictionary(route => Assert.Single(route.Spec.ParentRefs).SectionName!, route => route.Spec);
        Assert.Equal([http.Name, https.Name], routes.Keys.Order());
        Assert.All(routes.Values, route => Assert.Equal([https.Hostname], route.Hostnames));
        Assert.Equal("https", Assert.Single(Assert.Single(routes[http.Name].Rules).Filters).RequestRedirect["scheme"]);
    }

    [FactRequiresKubectl]
    public async Task Route_limits_no_socket_in_time_and_leads_no_client_to_the_metrics()
    {
        var overlay = await Overlay.Read(Production);
        var rules = overlay.All<HttpRoute>().Single(route => route.Metadata.Name == "chatbox").Spec.Rules.ToDictionary(rule => rule.Path);
        IDictionary<string, string>? PodsOf(HttpRouteRule rule)
        {
            var backend = Assert.Single(rule.BackendRefs);
            var service = overlay.All<V1Service>().Single(s => s.Metadata.Name == backend.Name);
            Assert.Contains(service.Spec.Ports, port => port.Port == backend.Port);
            return service.Spec.Selector;
        }

        Assert.Equal(["/api/upload", "/chatbox", "/chatbox/metrics", "/chatbox/ws"], rules.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("chatbox", PodsOf(rules["/api/upload"])!["app.kubernetes.io/name"]);
        Assert.True(GoDuration.TryParse(UploadSettings.Timeout.DefaultText, out var upload, out _));
        foreach (var path in new[] { "/chatbox", "/api/upload" })
            Assert.True(GoDuration.TryParse(rules[path].Timeouts["request"], out var request, out _) && request > upload, path);
        Assert.Equal(("0s", "0s"), (rules["/chatbox/ws"].Timeouts["request"], rules["/chatbox/ws"].Timeouts["backendRequest"]));
        Assert.Equal("chatbox", PodsOf(rules["/chatbox/ws"])!["app.kubernetes.io/name"]);
        Assert.Equal("chatbox", PodsOf(rules["/chatbox"])!["app.kubernetes.io/name"]);
        Assert.Null(PodsOf(rules["/chatbox/metrics"]));
    }

    [TheoryRequiresKubectl]
    [InlineData("k3s")]
    [InlineData(Production)]
    [InlineData("production-mongodb")]
    public async Task Proxy_of_an_overlay_is_let_in_and_no_other(string name)
    {
        var overlay = await Overlay.Read(name);
        var proxies = overlay.All<V1NetworkPolicy>().Single(policy => policy.Metadata.Name == "chatbox-clients").Spec.Ingress;
        var from = Assert.Single(Assert.Single(proxies).FromProperty).NamespaceSelector.MatchLabels.Single().Value;

        Assert.Equal(name == "k3s" ? "kube-system" : "envoy-gateway-system", from);
        Assert.Equal(name == "k3s", overlay.All<V1Ingress>().Count == 1);
    }

    [FactRequiresKubectl]
    public async Task Egress_lets_nodes_reach_names_each_other_database_providers_and_collector()
    {
        var overlay = await Overlay.Read(Production, "egress");
        var policy = overlay.All<V1NetworkPolicy>().Single(policy => policy.Metadata.Name == "chatbox-egress").Spec;
        var ports = policy.Egress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value);

        Assert.Equal(["Egress"], policy.PolicyTypes);
        Assert.All(policy.Egress, rule => Assert.NotEmpty(rule.To));
        Assert.Equal(["27017", "4317", "4318", "443", "53", "53", "5432", "cluster"], ports.Order(StringComparer.Ordinal));
        var internet = policy.Egress.Single(rule => rule.Ports.Any(port => port.Port.Value == "443")).To;
        Assert.All(internet, peer => Assert.NotEmpty(peer.IpBlock.Except));
        Assert.Contains("169.254.0.0/16", internet.SelectMany(peer => peer.IpBlock.Except));
    }

    [FactRequiresKubectl]
    public async Task Files_are_in_a_volume_that_all_pods_can_write()
    {
        var overlay = await Overlay.Read(Production, "files");
        var volume = Assert.Single(overlay.Node.Spec.Template.Spec.Volumes, volume => volume.Name == "files");
        var claim = Assert.Single(overlay.All<V1PersistentVolumeClaim>());
        var mount = Assert.Single(overlay.Container.VolumeMounts, mount => mount.Name == "files");

        Assert.Equal(claim.Metadata.Name, volume.PersistentVolumeClaim.ClaimName);
        Assert.Equal(["ReadWriteMany"], claim.Spec.AccessModes);
        Assert.Equal(overlay.Settings["FILES_DIR"], mount.MountPath);
    }

    [FactRequiresKubectl]
    public async Task Prometheus_reads_the_pods_under_the_names_that_alerts_ask_for()
    {
        var overlay = await Overlay.Read(Production, "monitoring");
        var monitor = Assert.Single(overlay.All<PodMonitor>()).Spec;
        var endpoint = Assert.Single(monitor.PodMetricsEndpoints);

        Assert.Equal(overlay.Node.Spec.Selector.MatchLabels, monitor.Selector.MatchLabels);
        Assert.Contains(overlay.Container.Ports, port => port.Name == endpoint.Port);
        Assert.Equal(overlay.Node.Spec.Template.Metadata.Annotations["prometheus.io/path"], endpoint.Path);
        Assert.Equal("chatbox", endpoint.Relabelings.Single(relabeling => relabeling.TargetLabel == "job").Replacement);
        // The node's own metrics have a label of this name, which the operator's label would replace.
        Assert.Contains(endpoint.Relabelings, relabeling => relabeling is { Action: "labeldrop", Regex: "endpoint" });
    }

    [FactRequiresKubectl]
    public async Task Operator_gets_the_alerts()
    {
        var rules = Assert.Single((await Overlay.Read(Production, "monitoring")).All<PrometheusRule>()).Spec;
        var alerts = string.Concat(AlertTests.Files.Select(file => GroupsOf(Repository.Read(file))));
        var written = GroupsOf(Repository.Read($"{Monitoring}/prometheusrule.yaml"));

        Assert.All(rules.Groups.SelectMany(group => group.Rules), rule => Assert.NotEqual("", rule.Expr));
        Assert.True(Indented().Replace(alerts, "  ") == written, $"The alerts have changed: run {Monitoring}/prometheusrule.sh");
    }

    [FactRequiresKubectl]
    public async Task Adapter_serves_what_the_autoscaler_asks_for()
    {
        var values = new YamlStream();
        values.Load(new StringReader(Repository.Read($"{Monitoring}/prometheus-adapter.yaml")));
        var served = ((YamlSequenceNode)values.Documents[0].RootNode["rules"]["custom"]).ToDictionary(
            rule => rule["name"]["as"].ToString(),
            rule => rule["seriesQuery"].ToString()
        );
        var asked = (await Overlay.Read(Production)).All<V2HorizontalPodAutoscaler>().Single().Spec.Metrics;

        Assert.Equal(asked.Select(metric => metric.Pods.Metric.Name).Order(), served.Keys.Order());
        Assert.All(served, rule => Assert.StartsWith($"{rule.Key}{{", rule.Value, StringComparison.Ordinal));
    }

    private static string GroupsOf(string text) => text.ReplaceLineEndings("\n").Split("groups:\n", 2)[1];

    [GeneratedRegex("(?m)^(?=.)")]
    private static partial Regex Indented();
}
