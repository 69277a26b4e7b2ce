using Chatbox.Node.Clustering;
using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of the cluster that shares sessions and users.</summary>
internal static class ClusterSettings
{
    public static readonly SettingSection Section = new("Cluster", "CLUSTER_", "cluster");

    public static readonly Setting<IReadOnlyList<ClusterAddress>> Seeds = Section.Add(
        "CLUSTER_SEEDS",
        NetworkValues.ClusterAddresses,
        [],
        "Nodes that form the cluster and through which others join: the same list, in the same order, on every node. Leave empty for a single node."
    );

    public static readonly Setting<string> Host = Section.Add(
        "CLUSTER_HOST",
        Values.Text(253),
        "",
        "Name or address at which the other nodes reach this node, as written in CLUSTER_SEEDS.",
        "the name of the machine"
    );

    public static readonly Setting<int> Port = Section.Add(
        "CLUSTER_PORT",
        Values.Number(1, 65535),
        4053,
        "Port for the other nodes. Block it for everybody else."
    );

    public static readonly Setting<TimeSpan> DetectAfter = Section.Add(
        "CLUSTER_DETECT_AFTER",
        Values.Duration("2s", "30s"),
        ClusterNodeOptions.DefaultDetectAfter,
        "Silence after which the other nodes consider a node unreachable; 2 s later they down it. A longer time tolerates longer stalls of a busy machine, but after a crash its sessions pause as much longer. Use the same value on every node."
    );

    public static readonly Setting<string> TlsCertificate = Section.Add(
        "CLUSTER_TLS_CERTIFICATE",
        Values.Text(4096),
        "",
        "File with this node's certificate (PEM). Set it to encrypt the traffic between nodes; only nodes with a certificate can then join."
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
        "File with the certificates (PEM) of the authorities that sign the nodes' certificates. Use authorities that sign nothing else: any certificate of theirs makes its owner a node."
    );

    public static readonly Setting<ClusterTlsMode?> TlsMode = Section.Add(
        "CLUSTER_TLS_MODE",
        Values.OneOf(("require", ClusterTlsMode.Require), ("prefer", ClusterTlsMode.Prefer)),
        null,
        "Whether nodes accept TLS only (require), or also clear text from nodes without certificates (prefer). Switch a running cluster to TLS in two rounds: first prefer on every node, then require.",
        "require"
    );
}
