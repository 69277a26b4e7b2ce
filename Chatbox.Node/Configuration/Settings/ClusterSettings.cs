using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>The nodes that share sessions and users with this one.</summary>
internal static class ClusterSettings
{
    public static readonly SettingSection Section = new("Cluster", "CLUSTER_", "cluster");

    public static readonly Setting<IReadOnlyList<ClusterAddress>> Seeds = Section.Add(
        "CLUSTER_SEEDS",
        NetworkValues.ClusterAddresses,
        [],
        "Nodes through which a cluster is formed and joined: the same list, in the same order, on every node. None means a node by itself."
    );

    public static readonly Setting<string> Host = Section.Add(
        "CLUSTER_HOST",
        Values.Text(253),
        "",
        "Name or address by which the other nodes reach this one, as it stands in CLUSTER_SEEDS.",
        "the name of the machine"
    );

    public static readonly Setting<int> Port = Section.Add(
        "CLUSTER_PORT",
        Values.Number(1, 65535),
        4053,
        "Port for the other nodes; nobody else should be able to reach it."
    );

    public static readonly Setting<string> TlsCertificate = Section.Add(
        "CLUSTER_TLS_CERTIFICATE",
        Values.Text(4096),
        "",
        "File with this node's certificate (PEM). With it the nodes talk to each other over TLS, and only to nodes that have one too."
    );

    public static readonly Setting<string> TlsKey = Section.Add(
        "CLUSTER_TLS_KEY",
        Values.Text(4096),
        "",
        "File with the private key of CLUSTER_TLS_CERTIFICATE (PEM)."
    );

    public static readonly Setting<string> TlsAuthority = Section.Add(
        "CLUSTER_TLS_CA",
        Values.Text(4096),
        "",
        "File with the certificates of the authorities (PEM) that sign the nodes' certificates. They should sign nothing else: whoever has such a certificate is a node."
    );

    public static readonly Setting<ClusterTlsMode?> TlsMode = Section.Add(
        "CLUSTER_TLS_MODE",
        Values.OneOf(("require", ClusterTlsMode.Require), ("prefer", ClusterTlsMode.Prefer)),
        null,
        "Whether nodes talk over TLS only (require), or in clear to nodes that have no certificates yet (prefer). Switch a running cluster from clear to TLS in two rounds: first prefer on every node, then require.",
        "require"
    );
}
