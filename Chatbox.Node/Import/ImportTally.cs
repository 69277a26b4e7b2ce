using System.Collections.Concurrent;

namespace Chatbox.Node.Import;

/// <summary>How far an import is; many sessions are on their way at once.</summary>
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

    /// <summary>Sessions that are not here now, and why. No reason holds anything of what was said.</summary>
    public IReadOnlyCollection<(string Id, string Reason)> LeftOut => _leftOut;

    /// <summary>Those of them that were sound: another run may bring them.</summary>
    public int NotStored => Volatile.Read(ref _notStored);

    /// <summary>How many of these there were since the store last took one.</summary>
    public int NotStoredInARow => Volatile.Read(ref _notStoredInARow);

    /// <summary>Models that sessions which have not ended would go on with, and which this configuration does not have.</summary>
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

    public override string ToString() => $"{Read} read, {Imported} imported, {WasHere} here already, {LeftOut.Count} left out";
}
