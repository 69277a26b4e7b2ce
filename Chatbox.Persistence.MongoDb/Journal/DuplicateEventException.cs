namespace Chatbox.Persistence.MongoDb.Journal;

/// <summary>
/// There is already another event in this place of the log: somebody else writes under the same persistence id. Whoever gets this knows
/// less than the log and must stop.
/// </summary>
public sealed class DuplicateEventException(string persistenceId, Exception cause)
    : InvalidOperationException($"Another writer has stored events of {persistenceId}: this one is out of date.", cause);
