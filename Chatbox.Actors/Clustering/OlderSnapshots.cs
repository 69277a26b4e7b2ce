using Akka.Persistence;

namespace Chatbox.Actors.Clustering;

/// <summary>Deletes the snapshots that a newer one replaces.</summary>
internal static class OlderSnapshots
{
    /// <summary>
    /// Deletes a persistent actor's snapshots before the one at this place. Nothing is before the first place, and the store is not asked
    /// then: some stores take the bound zero for "no bound", and would delete the new snapshot too.
    /// </summary>
    /// <param name="place">The place of a snapshot that is stored.</param>
    public static void DeleteSnapshotsBefore(this Eventsourced actor, long place)
    {
        if (place > 1)
            actor.DeleteSnapshots(new SnapshotSelectionCriteria(place - 1));
    }
}
