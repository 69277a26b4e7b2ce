using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Chatbox.Actors.Serialization;

/// <summary>
/// One of Akka's own serializers, restricted to an allow-list of manifests. Everything else is refused before the inner serializer sees it,
/// so no type is looked up by a name that came over the wire or out of the store.
/// </summary>
/// <param name="inner">Does the work for the manifests that are allowed.</param>
/// <param name="allowed">The manifests, each with the type that a serializer without string manifests needs; empty refuses everything.</param>
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
        // The manifest stays out of the message: a stranger has written it, and the message is logged.
        if (!allowed.TryGetValue(manifest ?? "", out var type))
            throw new SerializationException($"Serializer {Identifier} refuses a manifest that no node of Chatbox writes.");
        return inner is SerializerWithStringManifest named ? named.FromBinary(bytes, manifest) : inner.FromBinary(bytes, type);
    }
}
