using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Chatbox.Actors.Serialization;

/// <summary>
/// One of Akka's own serializers, restricted to an allow-list of manifests. Any other manifest is refused before the inner serializer sees
/// it, so no type is looked up by a name from the network or the store.
/// </summary>
/// <param name="inner">Akka's serializer, used for the allowed manifests.</param>
/// <param name="allowed">The allowed manifests, each with the type that a serializer without string manifests needs. Empty refuses everything.</param>
internal sealed class GuardedSerializer(ExtendedActorSystem system, Serializer inner, IReadOnlyDictionary<string, Type?> allowed)
    : SerializerWithStringManifest(system)
{
    public override int Identifier => inner.Identifier;

    public override string Manifest(object o) => AkkaSerialization.ManifestFor(inner, o);

    public override byte[] ToBinary(object obj) =>
        allowed.Count > 0
            ? inner.ToBinary(obj)
            : throw new SerializationException(
                $"Serializer {Identifier} is not used in Chatbox; {obj.GetType()} must not leave the process."
            );

    /// <exception cref="SerializationException">The manifest is not on the list.</exception>
    public override object FromBinary(byte[] bytes, string? manifest)
    {
        // The exception is logged. Its message leaves out the manifest, which an attacker may have written.
        if (!allowed.TryGetValue(manifest ?? "", out var type))
            throw new SerializationException($"Serializer {Identifier} refuses a manifest that no node of Chatbox writes.");
        return inner is SerializerWithStringManifest named ? named.FromBinary(bytes, manifest) : inner.FromBinary(bytes, type);
    }
}
