using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Chatbox.Actors.Index;

namespace Chatbox.Node.Stores.Index;

/// <summary>
/// The rule of the audit chain. The hash of a record is the SHA-256 of its number, of everything that it says, and of the hash before it:
/// whoever changes, removes or moves a record must change all hashes after it, and the head. Pure.
/// </summary>
internal static class AuditChain
{
    /// <summary>Distinguishes these hashes from others, and from those of a later rule.</summary>
    private static readonly byte[] Rule = "chatbox audit 1"u8.ToArray();

    /// <summary>The record as the next one after a head.</summary>
    public static AuditRow Append(AuditHead head, AuditRecord record)
    {
        var row = AuditRow.Of(record) with { Number = head.Number + 1 };
        return row with { Hash = HashOf(row, head.Hash) };
    }

    /// <summary>The head after a row of the chain.</summary>
    public static AuditHead HeadOf(AuditRow row) => new(row.Number!.Value, Convert.ToHexStringLower(row.Hash ?? []));

    /// <summary>To a head that is missing, or that is not the end, nothing is appended, and so nothing is shown, until an operator has looked.</summary>
    public static IndexUnavailableException Broken() =>
        new("The audit chain is broken at its head.", new InvalidDataException("The head is not the last record of the chain."));

    /// <summary>The hash that a row must have after the previous hash.</summary>
    public static byte[] HashOf(AuditRow row, string previous)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Rule);
        Append(hash, row.Number ?? 0);
        Append(hash, row.At);
        foreach (var text in new[] { row.ActorKind, row.Actor, row.Action, row.SessionId, row.UserId, row.Detail, row.Address, previous })
            Append(hash, text);
        return hash.GetHashAndReset();
    }

    // With its length in front: no two records are the same sequence of bytes.
    private static void Append(IncrementalHash hash, string? text)
    {
        Append(hash, text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        hash.AppendData(Encoding.UTF8.GetBytes(text ?? ""));
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
