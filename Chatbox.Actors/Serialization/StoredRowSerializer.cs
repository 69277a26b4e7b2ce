using System.Text;
using Akka.Actor;
using Akka.Serialization;
using Chatbox.Messages.Serialization;

namespace Chatbox.Actors.Serialization;

/// <summary>Takes the place of a row that could not be read, so that the row's actor can report the problem.</summary>
/// <param name="Reason">Why the row was not read. Never holds content of the row.</param>
public sealed record UnreadableRow(string Reason) : INoSerializationVerificationNeeded;

/// <summary>
/// Reads the rows of journal and snapshot store, in place of the serializers that the rows name. Never throws: a row that cannot be read
/// becomes an <see cref="UnreadableRow"/>. An exception would stop the recovery of the session without naming the row. Writes nothing.
/// </summary>
public sealed class StoredRowSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The serializer id. No row and no message ever holds it.</summary>
    public const int Id = 7302;

    /// <summary>The manifest of a refused row. Its bytes are the reason, in UTF-8.</summary>
    public const string Refused = "";

    public override int Identifier => Id;

    public override string Manifest(object o) => throw new NotSupportedException("Nothing is stored with this serializer.");

    public override byte[] ToBinary(object obj) => throw new NotSupportedException("Nothing is stored with this serializer.");

    public override object FromBinary(byte[] bytes, string? manifest) => Read(manifest, bytes);

    /// <summary>Reads a row; returns an <see cref="UnreadableRow"/> if that fails.</summary>
    public static object Read(string? manifest, byte[] bytes)
    {
        if (string.IsNullOrEmpty(manifest))
            return new UnreadableRow(Encoding.UTF8.GetString(bytes));
        if (!ChatboxWire.Table.TryFor(manifest, out var row))
            return new UnreadableRow("its manifest is not one that this version knows");
        try
        {
            return row.Read(bytes);
        }
        catch (Exception e)
        {
            // Any exception: arbitrary bytes fail in many ways. Its message is left out, because it could quote the row's content.
            return new UnreadableRow($"its bytes are not those of {row.Manifest} ({e.GetType().Name})");
        }
    }

    /// <summary>Decides how to read a row: returns the serializer, manifest and bytes to use instead of the row's own.</summary>
    /// <param name="persistenceId">The persistence id of the row.</param>
    /// <param name="serializer">The serializer id in the row; null if it has none.</param>
    public static (int Serializer, string Manifest, byte[] Bytes) Read(
        string persistenceId,
        int? serializer,
        string? manifest,
        byte[] bytes
    )
    {
        manifest ??= "";
        if (SerializationGuard.IsShardingJournal(persistenceId))
            return SerializationGuard.IsShardingRow(serializer, manifest)
                ? (serializer!.Value, manifest, bytes)
                : Refuse($"serializer {serializer?.ToString() ?? "none"} is not one of cluster sharding, or its manifest not one of a row");
        if (serializer != ChatboxSerializer.Id)
            return Refuse($"it names serializer {serializer?.ToString() ?? "none"}, and only {ChatboxSerializer.Id} is read");
        return manifest.Length > 0 ? (Id, manifest, bytes) : Refuse("it has no manifest");
    }

    private static (int, string, byte[]) Refuse(string reason) => (Id, Refused, Encoding.UTF8.GetBytes(reason));
}
