using System.Text.Json.Serialization;

namespace Chatbox.Node.Health;

/// <summary>Checks one precondition of serving requests.</summary>
internal interface IReadinessProbe
{
    /// <summary>Key of the check in <c>checks</c>.</summary>
    string Name { get; }

    /// <summary>Runs the check. An exception counts as not ready and is logged; the caller limits the time.</summary>
    Task<CheckResult> Check(CancellationToken cancellationToken);
}

/// <summary>The result of a check, an entry of <c>checks</c>.</summary>
/// <param name="Status"><see cref="Ready"/> or <see cref="NotReady"/>.</param>
/// <param name="Reason">Why the check failed, as text for everybody: without host names, paths and exception messages.</param>
internal sealed record CheckResult(string Status, string? Reason = null)
{
    public const string Ready = "ready";
    public const string NotReady = "not ready";

    /// <summary>Number of configured models, in the entry <c>llm</c> only.</summary>
    public int? ProvidersCount { get; init; }

    [JsonIgnore]
    public bool IsReady => Status == Ready;

    public static CheckResult Ok { get; } = new(Ready);

    public static CheckResult Failed(string reason) => new(NotReady, reason);
}
