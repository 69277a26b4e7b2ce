using Chatbox.Messages;

namespace Chatbox.Actors.Index;

/// <summary>
/// Reads and checks the audit trail, a chain to which <see cref="ISessionIndex.Audit"/> appends: each record has the next number, and a hash
/// of itself and of the hash before. Every method throws <see cref="IndexUnavailableException"/> when the store does not respond in time.
/// </summary>
public interface IAuditTrail
{
    /// <summary>A page of records, the newest first.</summary>
    /// <exception cref="FormatException">The cursor is not the <see cref="AuditPage.Next"/> of a page.</exception>
    Task<AuditPage> List(AuditQuery query, CancellationToken cancellationToken);

    /// <summary>The head of the chain, which is stored apart from the records; null if it is missing though there are records.</summary>
    Task<AuditHead?> Head(CancellationToken cancellationToken);

    /// <summary>Checks up to <paramref name="limit"/> records after a head: first that its record still has its hash, then all that follow.</summary>
    /// <param name="after">Where an earlier check ended, a head that was kept elsewhere, or <see cref="AuditHead.None"/>.</param>
    Task<AuditCheck> Check(AuditHead after, int limit, CancellationToken cancellationToken);
}

/// <summary>Selects records for a list. A filter that is null does not apply.</summary>
/// <param name="Actor">Who did it, such as the user id of an admin.</param>
/// <param name="From">Earliest time, inclusive.</param>
/// <param name="To">Latest time, exclusive.</param>
/// <param name="Limit">1 to 1000.</param>
/// <param name="Cursor">The <see cref="AuditPage.Next"/> of the previous page of the same query.</param>
public sealed record AuditQuery(
    UserId? Actor = null,
    string? Action = null,
    SessionId? SessionId = null,
    UserId? UserId = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    int Limit = 100,
    string? Cursor = null
);

/// <summary>One page of records.</summary>
/// <param name="Next">The cursor of the next page; null on the last page.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, string? Next);

/// <summary>A record and its place.</summary>
/// <param name="Place">Number and hash in the chain; null for a record of a release that had no chain.</param>
public sealed record AuditEntry(AuditRecord Record, AuditHead? Place);

/// <summary>The result of a step of a check.</summary>
/// <param name="Through">The last record that was found intact.</param>
/// <param name="Checked">Number of records that were found intact in this step.</param>
/// <param name="IsComplete">Whether the check has reached the head, or the first break.</param>
/// <param name="Break">The first thing that is wrong; null if everything checked is intact.</param>
/// <param name="Unchained">Number of records outside the chain, which no check covers; 0 unless the check is complete.</param>
public sealed record AuditCheck(AuditHead Through, long Checked, bool IsComplete, AuditBreak? Break, long Unchained);

/// <summary>The first record at which the chain is broken.</summary>
/// <param name="SwappedWith">The number of the record that changed places with it; null unless it is <see cref="AuditBreakKind.Swapped"/>.</param>
public sealed record AuditBreak(AuditBreakKind Kind, long Number, long? SwappedWith = null);

/// <summary>What is wrong with the chain.</summary>
public enum AuditBreakKind
{
    /// <summary>The record does not have the hash that it must have.</summary>
    Changed,

    /// <summary>The record is missing, and later ones are there.</summary>
    Removed,

    /// <summary>The record stands where another one belongs, and the other way round.</summary>
    Swapped,

    /// <summary>The record has a number that the chain has already, or one beyond its head.</summary>
    Added,

    /// <summary>The record, and all after it, are missing: the head knows of more.</summary>
    TailRemoved,

    /// <summary>The head has another hash than the last record.</summary>
    HeadChanged,

    /// <summary>There are records, but no head.</summary>
    HeadMissing,
}
