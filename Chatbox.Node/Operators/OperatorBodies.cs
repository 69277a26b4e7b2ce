using System.Text.Json.Serialization;

namespace Chatbox.Node.Operators;

internal sealed record ClusterBody(string Self, string? Leader, IReadOnlyList<MemberBody> Members);

/// <param name="Status">As Akka.Cluster names it, in lower case: joining, weaklyup, up, leaving, exiting, down, removed.</param>
/// <param name="Oldest">Whether it is the one that hands out the shards.</param>
internal sealed record MemberBody(string Address, string Status, bool Reachable, bool Oldest, bool Self);

/// <param name="UptimeSeconds">Since the process was started.</param>
internal sealed record NodeBody(
    string Address,
    string Status,
    string Version,
    long UptimeSeconds,
    int Connections,
    bool Draining,
    string LogLevel,
    string Store
);

internal sealed record MemberEventBody(DateTimeOffset Timestamp, string Event, string Address);

internal sealed record RegionsBody(IReadOnlyList<string> Regions);

internal sealed record ShardingBody(IReadOnlyList<ShardingRow> Nodes);

internal sealed record ShardingRow(string Region, string Node, int Shards, int Entities);

/// <param name="Children">Direct children, also those that are not listed.</param>
internal sealed record ActorRow(string Path, string Type, int Children);

internal sealed record ActorsBody(IReadOnlyList<ActorRow> Actors);

internal sealed record LevelBody(string Level);

internal sealed record AcceptedBody(string Status);

internal sealed record OperatorSessionBody(
    string SessionId,
    string UserId,
    string ModelId,
    bool Active,
    int Messages,
    string StartTime,
    string LastActivity
);

internal sealed record OperatorSessionsBody(IReadOnlyList<OperatorSessionBody> Sessions, string? NextCursor);

internal sealed record ModelBody(string Id, string Name, string Type, bool Default);

internal sealed record ModelsBody(IReadOnlyList<ModelBody> Models);

/// <param name="FirstTokenMs">Time to the first piece of text; absent when it failed.</param>
/// <param name="Problem">What kind of failure, without the provider's words.</param>
internal sealed record ModelTestBody(string Id, bool Works, long? FirstTokenMs, string? Problem);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ClusterBody))]
[JsonSerializable(typeof(NodeBody))]
[JsonSerializable(typeof(MemberEventBody))]
[JsonSerializable(typeof(RegionsBody))]
[JsonSerializable(typeof(ShardingBody))]
[JsonSerializable(typeof(ActorsBody))]
[JsonSerializable(typeof(LevelBody))]
[JsonSerializable(typeof(AcceptedBody))]
[JsonSerializable(typeof(OperatorSessionsBody))]
[JsonSerializable(typeof(ModelsBody))]
[JsonSerializable(typeof(ModelTestBody))]
internal sealed partial class OperatorJson : JsonSerializerContext;
