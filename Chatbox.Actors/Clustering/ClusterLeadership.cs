using Akka.Actor;
using Akka.Cluster;

namespace Chatbox.Actors.Clustering;

/// <summary>Tells which node does the work that one node of the cluster should do, and that does no harm if two do it.</summary>
public static class ClusterLeadership
{
    /// <summary>Whether this node leads the cluster, asked anew at each call.</summary>
    public static Func<bool> Leads(this ActorSystem system)
    {
        var cluster = Cluster.Get(system);
        return () => cluster.State.Leader == cluster.SelfAddress;
    }
}
