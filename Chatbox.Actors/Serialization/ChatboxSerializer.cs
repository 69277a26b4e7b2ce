using Akka.Actor;
using Akka.Serialization;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;

namespace Chatbox.Actors.Serialization;

/// <summary>Serializes every <see cref="IWireMessage"/>, by its row in the <see cref="ChatboxWire.Table"/>.</summary>
public sealed class ChatboxSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The serializer id in every journal row. Never changed and never reused. Akka reserves 0 to 100.</summary>
    public const int Id = 7301;

    public override int Identifier => Id;

    public override string Manifest(object o) => ChatboxWire.Table.For(o.GetType()).Manifest;

    public override byte[] ToBinary(object obj) => ChatboxWire.Table.For(obj.GetType()).Write(obj);

    public override object FromBinary(byte[] bytes, string manifest) => ChatboxWire.Table.For(manifest).Read(bytes);
}
