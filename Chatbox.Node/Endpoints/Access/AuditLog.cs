using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Access;

/// <summary>
/// Records in the audit trail who made a request, and from which address, before the request shows or changes anything. If the record
/// cannot be stored, the exception of the index ends the request with 503.
/// </summary>
internal sealed partial class AuditLog(ISessionIndex index, TimeProvider clock, ILogger<AuditLog> log)
{
    /// <summary>Records between two lines of the log with the head of the chain, so that logs prove later what was there.</summary>
    private const int HeadEvery = 100;

    /// <param name="action">One of <see cref="AuditKind"/>.</param>
    /// <param name="user">The user whom it concerns; null if it concerns no single user.</param>
    /// <param name="detail">Parameters, without content.</param>
    public async Task Record(HttpContext http, string action, SessionId? session, UserId? user, string detail = "")
    {
        var record = new AuditRecord(clock.GetUtcNow(), http.Caller().UserId, action, session, user, detail)
        {
            ActorKind = http.ActorKind(),
            Address = AddressOf(http),
        };
        var head = await index.Audit(record, http.RequestAborted);
        if (head.Number % HeadEvery == 0)
            LogHead(head);
    }

    private static string? AddressOf(HttpContext http) =>
        http.Connection.RemoteIpAddress switch
        {
            { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
            var address => address?.ToString(),
        };

    [LoggerMessage(185, LogLevel.Information, "The head of the audit chain is {Head}")]
    private partial void LogHead(AuditHead head);
}

/// <summary>Marks a request of an operator.</summary>
/// <param name="IsVerified">Whether the operator's own token names the operator; otherwise the name is what <c>pbm</c> told.</param>
internal sealed record OperatorMark(bool IsVerified);

/// <summary>Tells requests of operators from those of admins.</summary>
internal static class OperatorMarks
{
    public static bool IsByOperator(this HttpContext http) => http.Features.Get<OperatorMark>() is not null;

    public static AuditActorKind ActorKind(this HttpContext http) =>
        http.Features.Get<OperatorMark>() switch
        {
            null => AuditActorKind.Admin,
            { IsVerified: true } => AuditActorKind.Operator,
            _ => AuditActorKind.UnverifiedOperator,
        };
}
