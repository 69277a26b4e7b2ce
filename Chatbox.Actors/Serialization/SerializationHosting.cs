using Akka.Hosting;

namespace Chatbox.Actors.Serialization;

/// <summary>Sets up the serializers of a node.</summary>
public static class SerializationHosting
{
    /// <summary>
    /// Makes <see cref="ChatboxSerializer"/> the only serializer of the journal and of messages between nodes. Akka's own serializers are
    /// restricted to the messages that its cluster exchanges (<see cref="SerializationGuard"/>).
    /// </summary>
    internal static AkkaConfigurationBuilder WithChatboxSerializer(this AkkaConfigurationBuilder builder) =>
        builder
            .WithStrictSerialization()
            // Akka would log a warning for each of its serializers that the guard replaces on purpose.
            .AddHocon("akka.log-serializer-override-on-start = off", HoconAddMode.Prepend)
            .AddSetup(SerializationGuard.Setup);
}
