using System.Text;
using Akka.Actor;
using Akka.Serialization;
using Chatbox.Messages.Serialization;

namespace Chatbox.Actors.Serialization;

/// <summary>A row of the store that was not read. It takes the row's place, so that the actor it belongs to can say what is wrong.</summary>
/// <param name="Reason">Why, without anything of the row's content.</param>
public sealed record UnreadableRow(string Reason) : INoSerializationVerificationNeeded;

/// <summary>
/// Reads the rows of journal and snapshots in place of the serializers that the rows themselves name, and never fails: what cannot be read
/// becomes an <see cref="UnreadableRow"/>. A failure would end the recovery of the whole session without saying which row it was. Nothing is
/// ever written with it.
/// </summary>
public sealed class StoredRowSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Stands in no row and no message.</summary>
    public const int Id = 7302;

    /// <summary>The bytes are the reason why a row is not read, in UTF-8.</summary>
    public const string Refused = "";

    public override int Identifier => Id;

    public override string Manifest(object o) => throw new NotSupportedException("Nothing is stored with this serializer.");

    public override byte[] ToBinary(object obj) => throw new NotSupportedException("Nothing is stored with this serializer.");

    public override object FromBinary(byte[] bytes, string? manifest) => Read(manifest, bytes);

    /// <summary>The content of a row, or an <see cref="UnreadableRow"/>.</summary>
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
            // Bytes of any kind may stand in a row, and each kind fails in its own way. The exception's text could quote them.
            return new UnreadableRow($"its bytes are not those of {row.Manifest} ({e.GetType().Name})");
        }
    }

    /// <summary>How a row is read: the serializer, manifest and bytes to use instead of those that stand in it.</summary>
    /// <param name="persistenceId">Whose row it is.</param>
    /// <param name="serializer">The serializer that the row names, or null if it names none.</param>
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
