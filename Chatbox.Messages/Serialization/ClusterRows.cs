using Chatbox.Messages.Clustering;
using static Chatbox.Messages.Clustering.LinkProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the messages about the cluster itself.</summary>
internal static class ClusterRows
{
    public static WireTable WithCluster(this WireTable table) =>
        table.Proto(
            "cluster.share-link-reports.v1",
            Proto.ShareLinkReports.Parser,
            (ShareLinkReports m) => new() { Reports = { m.Reports.Select(Write) } },
            p => new ShareLinkReports([.. p.Reports.Select(Read)])
        );

    private static Proto.LinkReport Write(LinkReport report) =>
        new()
        {
            Node = report.Node,
            Number = report.Number,
            Unreachable = { report.Unreachable },
        };

    private static LinkReport Read(Proto.LinkReport p) => new(p.Node, p.Number, [.. p.Unreachable]);
}
