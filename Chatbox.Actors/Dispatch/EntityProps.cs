using Akka.Actor;

namespace Chatbox.Actors.Dispatch;

/// <summary>
/// Makes the props of actors of which a node has many: they use the <see cref="CompactMailbox"/> and share what they can, and no expression is
/// taken apart for each of them.
/// </summary>
internal static class EntityProps
{
    private static readonly Deploy Plain = Complete(Deploy.Local);
    private static readonly Deploy Compact = Complete(Deploy.Local.WithMailbox(CompactMailbox.Key));

    /// <param name="system">Without <see cref="CompactMailbox.Hocon"/> in its configuration, the actor gets Akka's mailbox.</param>
    /// <param name="arguments">Those of the actor's only constructor.</param>
    public static Props Of<TActor>(ActorSystem system, params object[] arguments)
        where TActor : ActorBase => new(system.Settings.Config.HasPath(CompactMailbox.Key) ? Compact : Plain, typeof(TActor), arguments);

    /// <summary>What a deployment leaves open, such as the dispatcher, only props fill in.</summary>
    private static Deploy Complete(Deploy deploy) => Props.Empty.WithDeploy(deploy).Deploy;
}
