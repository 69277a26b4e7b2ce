using System.Text.Json.Serialization;

namespace Chatbox.Node.Health;

/// <summary>One thing without which the node cannot serve.</summary>
internal interface IReadinessProbe
{
    /// <summary>Its key under <c>checks</c>.</summary>
    string Name { get; }

    /// <summary>Asks the thing itself. What it throws counts as not ready and is logged; the caller bounds the wait.</summary>
    Task<CheckResult> Check(CancellationToken cancellationToken);
}

/// <summary>One entry of <c>checks</c>.</summary>
/// <param name="Status"><see cref="Ready"/> or <see cref="NotReady"/>.</param>
/// <param name="Reason">Why not, in words that anyone may read: no host names, paths or exception texts.</param>
internal sealed record CheckResult(string Status, string? Reason = null)
{
    public const string Ready = "ready";
    public const string NotReady = "not ready";

    /// <summary>Configured models; only in the entry <c>llm</c>.</summary>
    public int? ProvidersCount { get; init; }

    [JsonIgnore]
    public bool IsReady => Status == Ready;

    public static CheckResult Ok { get; } = new(Ready);

    public static CheckResult Failed(string reason) => new(NotReady, reason);
}
