using Akka.Persistence;
using Chatbox.Tests.Unit.MongoDb;

namespace Chatbox.Tests.Integration.MongoDb;

/// <summary>Tests of what Akka requires of a snapshot store.</summary>
public sealed class MongoDbSnapshotTests : MongoDbTestKit
{
    private static readonly DateTime Noon = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    private SnapshotClient Snapshots => new(Akka.Persistence.Persistence.Instance.Apply(Sys).SnapshotStoreFor(null), CreateTestProbe());

    /// <summary>Stores snapshots at 10, 20 and 30, an hour apart, the first at noon.</summary>
    private SnapshotClient WithThree()
    {
        var snapshots = Snapshots;
        snapshots.Save("a", 10, "ten", Noon);
        snapshots.Save("a", 20, "twenty", Noon.AddHours(1));
        snapshots.Save("a", 30, "thirty", Noon.AddHours(2));
        snapshots.Save("b", 40, "other", Noon);
        return snapshots;
    }

    [FactRequiresMongo]
    public void Where_there_is_no_snapshot_none_is_loaded() => Assert.Null(Snapshots.Load("unknown"));

    [FactRequiresMongo]
    public void A_snapshot_comes_back_as_it_was_saved()
    {
        var loaded = WithThree().Load("a")!;

        Assert.Equal(new Note("thirty"), loaded.Snapshot);
        Assert.Equal(("a", 30L, Noon.AddHours(2)), (loaded.Metadata.PersistenceId, loaded.Metadata.SequenceNr, loaded.Metadata.Timestamp));
    }

    [FactRequiresMongo]
    public void The_newest_within_the_criteria_is_loaded()
    {
        var snapshots = WithThree();

        Assert.Equal("twenty", snapshots.Text("a", new SnapshotSelectionCriteria(20)));
        Assert.Equal("ten", snapshots.Text("a", new SnapshotSelectionCriteria(19)));
        Assert.Null(snapshots.Text("a", new SnapshotSelectionCriteria(9)));
        Assert.Equal("twenty", snapshots.Text("a", to: 29));
        Assert.Equal("twenty", snapshots.Text("a", new SnapshotSelectionCriteria(long.MaxValue, Noon.AddHours(1))));
        Assert.Equal("ten", snapshots.Text("a", new SnapshotSelectionCriteria(long.MaxValue, Noon.AddHours(1).AddTicks(-1))));
        Assert.Null(snapshots.Text("a", new SnapshotSelectionCriteria(29, DateTime.MaxValue, 21)));
        Assert.Equal("twenty", snapshots.Text("a", new SnapshotSelectionCriteria(29, DateTime.MaxValue, 0, Noon.AddHours(1))));
        Assert.Null(snapshots.Text("a", new SnapshotSelectionCriteria(29, DateTime.MaxValue, 0, Noon.AddHours(1).AddTicks(1))));
    }

    [FactRequiresMongo]
    public void A_snapshot_of_the_same_place_replaces_the_former()
    {
        var snapshots = WithThree();

        snapshots.Save("a", 30, "thirty again", Noon.AddHours(3));

        Assert.Equal("thirty again", snapshots.Text("a"));
        Assert.Equal(4, Documents("SnapshotStore").Count);
    }

    [FactRequiresMongo]
    public void One_snapshot_is_deleted()
    {
        var snapshots = WithThree();

        snapshots.Delete(new SnapshotMetadata("a", 30, DateTime.MinValue));

        Assert.Equal("twenty", snapshots.Text("a"));
        Assert.Equal("other", snapshots.Text("b"));
    }

    [FactRequiresMongo]
    public void A_snapshot_that_was_taken_at_another_time_is_not_deleted()
    {
        var snapshots = WithThree();

        snapshots.Delete(new SnapshotMetadata("a", 30, Noon));

        Assert.Equal("thirty", snapshots.Text("a"));
    }

    [FactRequiresMongo]
    public void Snapshots_are_deleted_by_criteria()
    {
        var snapshots = WithThree();

        snapshots.Delete("a", new SnapshotSelectionCriteria(20));
        Assert.Equal(["a_30", "b_40"], Ids());

        snapshots.Delete("a", new SnapshotSelectionCriteria(30, Noon));
        Assert.Equal(["a_30", "b_40"], Ids());

        snapshots.Delete("a", SnapshotSelectionCriteria.None);
        Assert.Equal(["a_30", "b_40"], Ids());

        snapshots.Delete("a", SnapshotSelectionCriteria.Latest);
        Assert.Equal(["b_40"], Ids());
    }

    [FactRequiresMongo]
    public void A_snapshot_has_its_time_even_if_nobody_named_one()
    {
        var snapshots = Snapshots;
        var saved = snapshots.Save("a", 1, "one");

        Assert.NotEqual(DateTime.MinValue, saved.Timestamp);
        Assert.Equal(saved.Timestamp.Ticks, snapshots.Load("a")!.Metadata.Timestamp.Ticks);
    }

    [FactRequiresMongo]
    public void The_documented_index_is_made_before_the_first_access()
    {
        Snapshots.Load("a");

        Assert.Contains(Indexes("SnapshotStore"), key => key.Names.SequenceEqual(["PersistenceId", "SequenceNr"]));
    }

    private IEnumerable<string> Ids() => Documents("SnapshotStore").Select(document => document["_id"].AsString).Order();
}
