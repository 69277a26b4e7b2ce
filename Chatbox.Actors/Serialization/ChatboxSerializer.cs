using Akka.Actor;
using Akka.Serialization;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;

namespace Chatbox.Actors.Serialization;

/// <summary>The one serializer of every <see cref="IWireMessage"/>: looks each up in the <see cref="ChatboxWire.Table"/>.</summary>
public sealed class ChatboxSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Stands in every journal row: never reused, never changed. 0 to 100 belong to Akka.</summary>
    public const int Id = 7301;

    public override int Identifier => Id;

    public override string Manifest(object o) => ChatboxWire.Table.For(o.GetType()).Manifest;

    public override byte[] ToBinary(object obj) => ChatboxWire.Table.For(obj.GetType()).Write(obj);

    public override object FromBinary(byte[] bytes, string manifest) => ChatboxWire.Table.For(manifest).Read(bytes);
}
