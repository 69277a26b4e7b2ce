using System.Collections.Immutable;

namespace Chatbox.Messages.Clustering;

/// <summary>What nodes tell each other about the links between them while a link is broken.</summary>
public static class LinkProtocol
{
    /// <summary>
    /// The newest reports that a node knows, its own among them. Nodes pass on the reports of others, so that a report also arrives where the
    /// direct link to its author is broken.
    /// </summary>
    public sealed record ShareLinkReports(ImmutableList<LinkReport> Reports) : IWireMessage;
}

/// <summary>One node's view of its links to the other nodes.</summary>
/// <param name="Node">The author: its unique address as text.</param>
/// <param name="Number">Grows with each report of the author: a higher number proves that the author is alive.</param>
/// <param name="Unreachable">The nodes whose heartbeats do not reach the author, as unique addresses in text.</param>
public sealed record LinkReport(string Node, long Number, ImmutableList<string> Unreachable);
