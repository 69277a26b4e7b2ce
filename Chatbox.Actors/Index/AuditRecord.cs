using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Chatbox.Messages;

namespace Chatbox.Actors.Index;

/// <summary>One entry of the audit trail: who did what to which session, when, and from where. References only, never content.</summary>
/// <param name="Action">One of <see cref="AuditKind"/>.</param>
/// <param name="UserId">The user whom it concerns; null if it concerns no single user.</param>
/// <param name="Detail">Parameters such as <c>limit=100</c>; empty for none.</param>
public sealed record AuditRecord(DateTimeOffset At, UserId Actor, string Action, SessionId? SessionId, UserId? UserId, string Detail)
{
    public AuditActorKind ActorKind { get; init; } = AuditActorKind.Admin;

    /// <summary>The IP address of the client, as trusted proxies report it; null for the service itself.</summary>
    public string? Address { get; init; }
}

/// <summary>What kind of actor a record names, and how sure the name is.</summary>
public enum AuditActorKind
{
    /// <summary>The user of an admin's token.</summary>
    Admin,

    /// <summary>An operator with a token of their own.</summary>
    Operator,

    /// <summary>An operator without such a token: the name is what <c>pbm</c> told.</summary>
    UnverifiedOperator,

    /// <summary>The service itself.</summary>
    System,
}

/// <summary>The names of what is audited.</summary>
public static class AuditKind
{
    public const string SessionList = "session.list";
    public const string SessionRead = "session.read";
    public const string SessionExport = "session.export";
    public const string SessionWatch = "session.watch";
    public const string SessionTakeover = "session.takeover";
    public const string SessionLeave = "session.leave";
    public const string SessionRelease = "session.release";
    public const string SessionTransfer = "session.transfer";
    public const string SessionDecline = "session.decline";
    public const string SessionWrite = "session.write";
    public const string SessionNote = "session.note";
    public const string SessionEnd = "session.end";
    public const string SessionErase = "session.erase";
    public const string FileRead = "file.read";
    public const string FileDelete = "file.delete";
    public const string FileList = "file.list";
    public const string UserDisconnect = "user.disconnect";
    public const string UserErase = "user.erase";
    public const string RatingList = "rating.list";
    public const string AuditList = "audit.list";
    public const string AuditVerify = "audit.verify";

    /// <summary>All names, in the order of the documents.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        SessionList,
        SessionRead,
        SessionExport,
        SessionWatch,
        SessionTakeover,
        SessionLeave,
        SessionRelease,
        SessionTransfer,
        SessionDecline,
        SessionWrite,
        SessionNote,
        SessionEnd,
        SessionErase,
        FileRead,
        FileDelete,
        FileList,
        UserDisconnect,
        UserErase,
        RatingList,
        AuditList,
        AuditVerify,
    ];
}

/// <summary>
/// The end of the audit chain: the number of its last record, and that record's hash. Whoever keeps a head outside the database can prove
/// later that no record up to it was changed.
/// </summary>
/// <param name="Number">0 before the first record; consecutive from 1 on.</param>
/// <param name="Hash">64 hexadecimal digits in lower case.</param>
public sealed record AuditHead(long Number, string Hash)
{
    private const int HashLength = 64;

    /// <summary>The head of a chain without records.</summary>
    public static AuditHead None { get; } = new(0, new string('0', HashLength));

    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AuditHead? head)
    {
        head = null;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (
            dot < 0
            || !long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || text.Length != dot + 1 + HashLength
            || !text.AsSpan(dot + 1).ToString().All(char.IsAsciiHexDigitLower)
        )
            return false;
        head = new AuditHead(number, text[(dot + 1)..]);
        return true;
    }

    /// <summary>The number and the hash with a dot between them, as documents and commands name a head.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}.{Hash}");
}
