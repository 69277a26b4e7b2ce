using System.Globalization;
using Chatbox.Node.Configuration.Formats;
using k8s.Models;

namespace Chatbox.Tests.Deployments;

/// <summary>Every overlay is valid for Kubernetes, and its parts fit each other.</summary>
public sealed class KubernetesTests
{
    private const string Dev = "dev";
    private const string Name = "app.kubernetes.io/name";

    internal static readonly string[] Names = [Dev, "k3s", "production-postgres", "production-mongodb"];

    public static TheoryData<string> Overlays => [.. Names];

    [TheoryRequiresKubectl]
    [MemberData(nameof(Overlays))]
    public async Task Objects_are_named_once_and_labelled(string name)
    {
        var overlay = await Overlay.Read(name);

        Assert.Distinct(overlay.Objects.Select(o => $"{o.Kind} {o.Metadata.Name}"));
        Assert.All(overlay.Objects, o => Assert.Equal(name == Dev ? "chatbox-dev" : "chatbox", o.Metadata.NamespaceProperty));
        Assert.All(overlay.Objects.Where(o => o is not V1ConfigMap), o => Assert.Contains(Name, o.Metadata.Labels));
    }

    [TheoryRequiresKubectl]
    [MemberData(nameof(Overlays))]
    public async Task Selectors_choose_pods_that_are_there(string name)
    {
        var overlay = await Overlay.Read(name);
        var pods = overlay.All<V1StatefulSet>().Select(set => set.Spec.Template).ToList();
        var ports = pods.SelectMany(pod => pod.Spec.Containers).SelectMany(c => c.Ports).Select(port => port.Name).ToHashSet();
        void Chooses(IDictionary<string, string> labels) =>
            Assert.Contains(pods, pod => labels.All(label => pod.Metadata.Labels.TryGetValue(label.Key, out var v) && v == label.Value));

        foreach (var set in overlay.All<V1StatefulSet>())
        {
            Chooses(set.Spec.Selector.MatchLabels);
            Assert.Contains(overlay.All<V1Service>(), s => s.Metadata.Name == set.Spec.ServiceName && s.Spec.ClusterIP == "None");
            Assert.All(set.Spec.Template.Spec.TopologySpreadConstraints ?? [], c => Chooses(c.LabelSelector.MatchLabels));
        }

        foreach (var service in overlay.All<V1Service>().Where(service => service.Spec.Selector is not null))
        {
            Chooses(service.Spec.Selector);
            Assert.All(service.Spec.Ports, port => Assert.Contains(port.TargetPort.Value, ports));
        }

        foreach (var budget in overlay.All<V1PodDisruptionBudget>())
            Chooses(budget.Spec.Selector.MatchLabels);
        foreach (var policy in overlay.All<V1NetworkPolicy>())
            Chooses(policy.Spec.PodSelector.MatchLabels);
    }

    [TheoryRequiresKubectl]
    [MemberData(nameof(Overlays))]
    public async Task Images_have_a_version(string name)
    {
        var overlay = await Overlay.Read(name);
        var images = overlay.All<V1StatefulSet>().SelectMany(set => set.Spec.Template.Spec.Containers).Select(c => c.Image);

        Assert.All(images, image => Assert.Matches(@"^[a-z0-9./-]+:\d+\.\d+[a-z0-9.-]*(@sha256:[0-9a-f]{64})?$", image));
        if (name.StartsWith("production", StringComparison.Ordinal))
            Assert.All(images, image => Assert.Contains("@sha256:", image));
    }

    [TheoryRequiresKubectl]
    [MemberData(nameof(Overlays))]
    public async Task Pods_can_do_no_more_than_they_need(string name)
    {
        var overlay = await Overlay.Read(name);
        Assert.False(overlay.All<V1ServiceAccount>().Single().AutomountServiceAccountToken);
        foreach (var pod in overlay.All<V1StatefulSet>().Select(set => set.Spec.Template.Spec))
        {
            Assert.False(pod.AutomountServiceAccountToken);
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.True(pod.SecurityContext.RunAsUser > 0);
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            var container = pod.Containers.Single();
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.True(container.Resources.Limits.ContainsKey("memory"));
        }

        // The node can write only to volumes: the rest of its file system is read-only.
        Assert.Contains(overlay.Container.VolumeMounts, mount => mount.MountPath == overlay.Settings["DATA_DIR"]);
        Assert.Contains(overlay.Container.VolumeMounts, mount => mount.MountPath == "/tmp");
    }

    [TheoryRequiresKubectl]
    [MemberData(nameof(Overlays))]
    public async Task Volumes_are_bounded_requested_and_filled_by_no_memory_dump(string name)
    {
        var overlay = await Overlay.Read(name);
        var limits = overlay.Pod.Volumes.Where(volume => volume.EmptyDir is not null).Select(volume => volume.EmptyDir.SizeLimit).ToList();

        Assert.Equal(2, limits.Count);
        Assert.All(limits, Assert.NotNull);
        Assert.True(overlay.Container.Resources.Requests["ephemeral-storage"].ToDecimal() >= limits.Max(limit => limit.ToDecimal()));
        Assert.Equal("0", overlay.Environment["DOTNET_DbgEnableMiniDump"]);
    }

    [TheoryRequiresKubectl]
    [MemberData(nameof(Overlays))]
    public async Task Node_has_time_to_leave(string name)
    {
        var overlay = await Overlay.Read(name);
        Assert.True(GoDuration.TryParse(overlay.Settings["SHUTDOWN_TIMEOUT"], out var drain, out _));
        var pause = TimeSpan.FromSeconds(overlay.Container.Lifecycle.PreStop.Sleep.Seconds);

        Assert.True(pause > TimeSpan.Zero);
        Assert.True(TimeSpan.FromSeconds(overlay.Pod.TerminationGracePeriodSeconds!.Value) > pause + drain);
    }

    [TheoryRequiresKubectl]
    [MemberData(nameof(Overlays))]
    public async Task Seeds_are_the_names_of_pods_and_are_found_before_they_are_ready(string name)
    {
        var overlay = await Overlay.Read(name);
        var (set, port) = (overlay.Node, overlay.Settings["CLUSTER_PORT"]);
        var headless = overlay.All<V1Service>().Single(service => service.Metadata.Name == set.Spec.ServiceName);
        var seeds = overlay.Settings["CLUSTER_SEEDS"].Split(',', StringSplitOptions.RemoveEmptyEntries);
        var pods = overlay.All<V2HorizontalPodAutoscaler>().SingleOrDefault()?.Spec.MinReplicas ?? set.Spec.Replicas;

        Assert.True(headless.Spec.PublishNotReadyAddresses);
        Assert.Equal(port, overlay.Container.Ports.Single(p => p.Name == "cluster").ContainerPort.ToString(CultureInfo.InvariantCulture));
        if (name == Dev)
            Assert.Equal((1, 0), (pods, seeds.Length));
        else
            Assert.Equal(Enumerable.Range(0, pods!.Value).Select(n => $"{set.Metadata.Name}-{n}.{set.Spec.ServiceName}:{port}"), seeds);
    }

    [TheoryRequiresKubectl]
    [MemberData(nameof(Overlays))]
    public async Task Only_nodes_reach_the_cluster_port(string name)
    {
        var overlay = await Overlay.Read(name);
        var rules = overlay
            .All<V1NetworkPolicy>()
            .Where(policy => policy.Spec.PodSelector.MatchLabels[Name] == "chatbox")
            .SelectMany(policy => policy.Spec.Ingress)
            .ToList();

        Assert.All(rules, rule => Assert.True(rule.FromProperty.Count > 0 && rule.Ports.Count > 0));
        var cluster = Assert.Single(rules, rule => rule.Ports.Any(port => port.Port.Value == "cluster"));
        var peer = Assert.Single(cluster.FromProperty);
        Assert.True(peer is { NamespaceSelector: null, IpBlock: null });
        Assert.Equal(overlay.Node.Spec.Template.Metadata.Labels[Name], peer.PodSelector.MatchLabels[Name]);
        Assert.Contains(
            rules.Where(rule => rule.Ports.Any(port => port.Port.Value == "http")).SelectMany(rule => rule.FromProperty),
            from => from.PodSelector?.MatchLabels[Name] == "prometheus"
        );
    }

    [TheoryRequiresKubectl]
    [InlineData("production-postgres")]
    [InlineData("production-mongodb")]
    public async Task Production_scales_by_sockets_and_sessions_and_encrypts_between_nodes(string name)
    {
        var overlay = await Overlay.Read(name);
        var scaled = overlay.All<V2HorizontalPodAutoscaler>().Single().Spec;
        Assert.Equal(
            ["chatbox_websocket_connections_total", "chatbox_active_sessions_total"],
            scaled.Metrics.Select(m => m.Pods.Metric.Name)
        );
        Assert.Null(overlay.Node.Spec.Replicas);
        Assert.Equal(overlay.Node.Metadata.Name, scaled.ScaleTargetRef.Name);

        var files = overlay.Settings.Where(s => s.Key.StartsWith("CLUSTER_TLS_", StringComparison.Ordinal)).Select(s => s.Value).ToList();
        var mounted = overlay.Container.VolumeMounts.Single(mount => mount.Name == "cluster-tls");
        Assert.Equal(3, files.Count);
        Assert.All(files, file => Assert.Equal(mounted.MountPath, Path.GetDirectoryName(file)));
    }

    [TheoryRequiresKubectl]
    [InlineData("production-postgres")]
    [InlineData("production-mongodb")]
    public async Task Machine_that_is_lost_takes_no_majority_with_it(string name)
    {
        var overlay = await Overlay.Read(name);
        var spread = overlay.Pod.TopologySpreadConstraints;
        var machines = spread.Single(constraint => constraint.TopologyKey == "kubernetes.io/hostname");

        Assert.Equal((1, "DoNotSchedule"), (machines.MaxSkew, machines.WhenUnsatisfiable));
        Assert.Equal(overlay.All<V2HorizontalPodAutoscaler>().Single().Spec.MinReplicas, machines.MinDomains);
        Assert.All(spread, constraint => Assert.Equal(("Honor", "Honor"), (constraint.NodeTaintsPolicy, constraint.NodeAffinityPolicy)));
    }

    // PostgreSQL's default of 100 connections, minus 3 for superusers and 5 for backups and operators.
    [TheoryRequiresKubectl]
    [InlineData("production-postgres")]
    [InlineData("k3s")]
    public async Task Connections_of_the_largest_number_of_nodes_fit_the_database(string name)
    {
        var overlay = await Overlay.Read(name);
        var ofNode = int.Parse(overlay.Settings["POSTGRES_MAX_CONNECTIONS"], CultureInfo.InvariantCulture) + 1;

        Assert.InRange(overlay.MostNodes * ofNode, 0, 100 - 3 - 5);
    }
}
