using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Sharding;
using Chatbox.Actors.Serialization;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>What cluster sharding stores of remembered entities is read again.</summary>
public sealed class ShardingRowsTests : IDisposable
{
    private const int Sharding = 13;

    private readonly ActorSystem _system = ActorSystem.Create(
        "rows",
        ActorSystemSetup.Empty.And(BootstrapSetup.Create().WithConfig(ClusterSharding.DefaultConfig())).And(SerializationGuard.Setup)
    );

    public void Dispose() => _system.Terminate().Wait();

    [Theory]
    [InlineData("CA", "EventSourcedRememberEntitiesShardStore")] // the snapshot of a shard: its entities
    [InlineData("SS", "EventSourcedRememberEntitiesCoordinatorStore")] // the snapshot of the coordinator: the shards that have any
    [InlineData("SM", "EventSourcedRememberEntitiesCoordinatorStore")]
    public void Rows_of_remembered_entities_are_read_by_the_serializer_that_wrote_them(string manifest, string store)
    {
        var row = StoredRowSerializer.Read("/system/sharding/sessionCoordinator/singleton/coordinator", Sharding, manifest, []);
        Assert.Equal((Sharding, manifest), (row.Serializer, row.Manifest));

        var read = _system.Serialization.Deserialize(row.Bytes, row.Serializer, row.Manifest);
        Assert.Equal(store, read.GetType().DeclaringType!.Name);
    }
}
