using Akka.Actor;

namespace Chatbox.Actors.Dispatch;

/// <summary>
/// Makes the props of actors of which a node has many. They use the <see cref="CompactMailbox"/>, and are created by a function, which is
/// cheaper than the expression of <see cref="Props.Create{TActor}(System.Linq.Expressions.Expression{Func{TActor}}, SupervisorStrategy)"/>.
/// </summary>
internal static class EntityProps
{
    private static readonly Deploy Compact = Deploy.Local.WithMailbox(CompactMailbox.Key);

    /// <param name="system">Without <see cref="CompactMailbox.Hocon"/> in its configuration, the actor gets Akka's mailbox.</param>
    /// <param name="create">Called again if the actor restarts.</param>
    public static Props Of<TActor>(ActorSystem system, Func<TActor> create)
        where TActor : ActorBase =>
        Props.CreateBy(new Producer<TActor>(create)).WithDeploy(system.Settings.Config.HasPath(CompactMailbox.Key) ? Compact : Deploy.Local);

    private sealed class Producer<TActor>(Func<TActor> create) : IIndirectActorProducer
        where TActor : ActorBase
    {
        public Type ActorType => typeof(TActor);

        public ActorBase Produce() => create();

        public void Release(ActorBase actor) { }
    }
}
