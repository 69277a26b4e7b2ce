using System.Text.Json.Serialization;

namespace Chatbox.Node.Operators;

internal sealed record ClusterBody(string Self, string? Leader, IReadOnlyList<MemberBody> Members);

/// <param name="Status">Status of Akka.Cluster in lower case: joining, weaklyup, up, leaving, exiting, down, removed.</param>
/// <param name="Oldest">Whether the member is the oldest, which runs the shard coordinators.</param>
internal sealed record MemberBody(string Address, string Status, bool Reachable, bool Oldest, bool Self);

/// <param name="UptimeSeconds">Seconds since the node started.</param>
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

/// <param name="Children">Number of direct children, including those that are not listed.</param>
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

/// <param name="FirstTokenMs">Milliseconds to the first text; absent after a failure.</param>
/// <param name="Problem">Kind of the failure, without text of the provider.</param>
internal sealed record ModelTestBody(string Id, bool Works, long? FirstTokenMs, string? Problem);

internal sealed record StoreBody(IReadOnlyList<StoredKindRow> Kinds);

/// <param name="Bytes">Bytes of content, without indexes and without what the database adds to each row.</param>
internal sealed record StoredKindRow(string Kind, long Rows, long Bytes);

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
[JsonSerializable(typeof(StoreBody))]
[JsonSerializable(typeof(HelpCasesBody))]
[JsonSerializable(typeof(OperatorFileBody))]
[JsonSerializable(typeof(OrphanedObjectBody))]
[JsonSerializable(typeof(OrphanedRecordBody))]
[JsonSerializable(typeof(OrphanTotalsBody))]
[JsonSerializable(typeof(OrphanFailureBody))]
[JsonSerializable(typeof(HelpCaseBody))]
internal sealed partial class OperatorJson : JsonSerializerContext;
