using k8s;
using k8s.Models;

namespace Chatbox.Tests.Deployments;

/// <summary>
/// The objects of the Gateway API and of the Prometheus Operator, for which the client library has no types. Each type has the fields of
/// the published schema that the manifests use, so that a misspelt field fails the reading.
/// </summary>
internal static class CustomResources
{
    public static Dictionary<string, Type> Types { get; } =
        new()
        {
            ["gateway.networking.k8s.io/v1/Gateway"] = typeof(Gateway),
            ["gateway.networking.k8s.io/v1/HTTPRoute"] = typeof(HttpRoute),
            ["monitoring.coreos.com/v1/PodMonitor"] = typeof(PodMonitor),
            ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
        };
}

/// <summary>The fields that all of these objects have.</summary>
internal abstract class CustomResource<TSpec> : ICustomResource
    where TSpec : class
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public TSpec Spec { get; set; } = null!;
}

/// <summary>An object whose kind a custom resource definition adds to Kubernetes.</summary>
internal interface ICustomResource : IKubernetesObject<V1ObjectMeta>;

internal sealed class Gateway : CustomResource<GatewaySpec>;

internal sealed class HttpRoute : CustomResource<HttpRouteSpec>;

internal sealed class PodMonitor : CustomResource<PodMonitorSpec>;

internal sealed class PrometheusRule : CustomResource<PrometheusRuleSpec>;

internal sealed class GatewaySpec
{
    public string GatewayClassName { get; set; } = "";
    public List<GatewayListener> Listeners { get; set; } = [];
}

internal sealed class GatewayListener
{
    public string Name { get; set; } = "";
    public string Protocol { get; set; } = "";
    public int Port { get; set; }
    public string Hostname { get; set; } = "";
    public GatewayTls? Tls { get; set; }
    public Dictionary<string, Dictionary<string, string>> AllowedRoutes { get; set; } = [];
}

internal sealed class GatewayTls
{
    public string Mode { get; set; } = "";
    public List<RouteReference> CertificateRefs { get; set; } = [];
}

/// <summary>A reference to a Secret, a Gateway or a Service.</summary>
internal sealed class RouteReference
{
    public string? Kind { get; set; }
    public string Name { get; set; } = "";
    public string? SectionName { get; set; }
    public int? Port { get; set; }
}

internal sealed class HttpRouteSpec
{
    public List<RouteReference> ParentRefs { get; set; } = [];
    public List<string> Hostnames { get; set; } = [];
    public List<HttpRouteRule> Rules { get; set; } = [];
}

internal sealed class HttpRouteRule
{
    public List<Dictionary<string, Dictionary<string, string>>> Matches { get; set; } = [];
    public Dictionary<string, string> Timeouts { get; set; } = [];
    public List<RouteReference> BackendRefs { get; set; } = [];
    public List<HttpRouteFilter> Filters { get; set; } = [];

    public string Path => Matches.Single()["path"]["value"];
}

internal sealed class HttpRouteFilter
{
    public string Type { get; set; } = "";
    public Dictionary<string, string> RequestRedirect { get; set; } = [];
}

internal sealed class PodMonitorSpec
{
    public V1LabelSelector Selector { get; set; } = new();
    public List<PodMetricsEndpoint> PodMetricsEndpoints { get; set; } = [];
}

internal sealed class PodMetricsEndpoint
{
    public string Port { get; set; } = "";
    public string Path { get; set; } = "";
    public string Interval { get; set; } = "";
    public List<Relabeling> Relabelings { get; set; } = [];
}

internal sealed class Relabeling
{
    public List<string> SourceLabels { get; set; } = [];
    public string? TargetLabel { get; set; }
    public string? Replacement { get; set; }
    public string? Regex { get; set; }
    public string Action { get; set; } = "replace";
}

internal sealed class PrometheusRuleSpec
{
    public List<RuleGroup> Groups { get; set; } = [];
}

internal sealed class RuleGroup
{
    public string Name { get; set; } = "";
    public List<PrometheusAlert> Rules { get; set; } = [];
}

internal sealed class PrometheusAlert
{
    public string Alert { get; set; } = "";
    public string Expr { get; set; } = "";
    public string? For { get; set; }
    public Dictionary<string, string> Labels { get; set; } = [];
    public Dictionary<string, string> Annotations { get; set; } = [];
}
