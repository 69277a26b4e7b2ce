using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Chatbox.Actors.Dispatch;

/// <summary>
/// The mailbox of actors of which a node has one for each socket, user or session, and which mostly wait. Akka's mailbox holds room for 32
/// messages from the start, which is more than a kibibyte; this one holds nothing until the first message comes.
/// </summary>
/// <remarks>Akka creates it by its name in the configuration, with these two arguments.</remarks>
public sealed class CompactMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<CompactQueue>
{
    /// <summary>The key of the configuration, for <see cref="Props.WithMailbox"/>.</summary>
    public const string Key = "chatbox.compact-mailbox";

    /// <summary>The configuration that names the mailbox.</summary>
    public static string Hocon { get; } =
        $"{Key}.mailbox-type = \"{typeof(CompactMailbox).FullName}, {typeof(CompactMailbox).Assembly.GetName().Name}\"";

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new CompactQueue();
}
