using System.Collections.Concurrent;

namespace Chatbox.Node.Import;

/// <summary>Counts the results of an import. Thread-safe.</summary>
internal sealed class ImportTally
{
    private readonly ConcurrentQueue<(string Id, string Reason)> _leftOut = new();
    private readonly ConcurrentDictionary<string, int> _unknownModels = new(StringComparer.Ordinal);
    private int _read;
    private int _imported;
    private int _wasHere;
    private int _notStored;
    private int _notStoredInARow;

    public int Read => Volatile.Read(ref _read);

    public int Imported => Volatile.Read(ref _imported);

    public int WasHere => Volatile.Read(ref _wasHere);

    /// <summary>Skipped sessions with reasons, which contain no content.</summary>
    public IReadOnlyCollection<(string Id, string Reason)> LeftOut => _leftOut;

    /// <summary>Number of skipped sessions that are valid, so that a further run may import them.</summary>
    public int NotStored => Volatile.Read(ref _notStored);

    /// <summary>Number of these since the store accepted a session.</summary>
    public int NotStoredInARow => Volatile.Read(ref _notStoredInARow);

    /// <summary>Models of open sessions that are not configured, with the number of sessions.</summary>
    public IReadOnlyDictionary<string, int> UnknownModels => _unknownModels;

    public void Found() => Interlocked.Increment(ref _read);

    public void CountImported()
    {
        Interlocked.Increment(ref _imported);
        Volatile.Write(ref _notStoredInARow, 0);
    }

    public void CountWasHere()
    {
        Interlocked.Increment(ref _wasHere);
        Volatile.Write(ref _notStoredInARow, 0);
    }

    public void LeaveOut(string id, string reason) => _leftOut.Enqueue((id, reason));

    public void LeaveOutUnstored(string id, string reason)
    {
        Interlocked.Increment(ref _notStored);
        Interlocked.Increment(ref _notStoredInARow);
        LeaveOut(id, reason);
    }

    public void CountUnknownModel(string model) => _unknownModels.AddOrUpdate(model, 1, (_, count) => count + 1);

    public override string ToString() => $"{Read} read, {Imported} imported, {WasHere} already present, {LeftOut.Count} skipped";
}
