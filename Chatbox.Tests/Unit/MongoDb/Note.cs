using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace Chatbox.Tests.Unit.MongoDb;

/// <summary>An object to store, with a serializer and a manifest of its own.</summary>
public sealed record Note(string Text);

/// <summary>Writes notes under the manifest <c>note.v1</c>. It refuses the text <see cref="Refused"/>.</summary>
public sealed class NoteSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public const string Refused = "refused";

    public const string Config = """
        akka.actor {
          serializers.note = "Chatbox.Tests.Unit.MongoDb.NoteSerializer, Chatbox.Tests"
          serialization-bindings."Chatbox.Tests.Unit.MongoDb.Note, Chatbox.Tests" = note
        }
        """;

    private const string V1 = "note.v1";

    public override int Identifier => 9107;

    public override string Manifest(object o) => V1;

    public override byte[] ToBinary(object obj) =>
        obj is Note { Text: not Refused } note ? Encoding.UTF8.GetBytes(note.Text) : throw new FormatException($"Cannot store {obj}.");

    public override object FromBinary(byte[] bytes, string manifest) =>
        manifest == V1 ? new Note(Encoding.UTF8.GetString(bytes)) : throw new FormatException($"Unknown manifest {manifest}.");
}
