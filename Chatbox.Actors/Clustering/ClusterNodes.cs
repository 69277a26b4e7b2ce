using System.Globalization;
using Akka.Actor;
using Akka.Cluster;

namespace Chatbox.Actors.Clustering;

/// <inheritdoc cref="IClusterNodes" />
internal sealed class ClusterNodes(ActorSystem system) : IClusterNodes
{
    private readonly Cluster _cluster = Cluster.Get(system);

    public string Self => NameOf(_cluster.SelfUniqueAddress);

    public bool HasOthers =>
        _cluster.State.Members.Any(m =>
            m.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up
            && !m.UniqueAddress.Equals(_cluster.SelfUniqueAddress)
        );

    public ICanTell? Find(string node, string path) =>
        _cluster.State.Members.FirstOrDefault(m => NameOf(m.UniqueAddress) == node) is { } member
            ? system.ActorSelection(new RootActorPath(member.Address) / "user" / path)
            : null;

    private static string NameOf(UniqueAddress node) =>
        string.Create(CultureInfo.InvariantCulture, $"{node.Address.Host}:{node.Address.Port}#{node.Uid}");
}
