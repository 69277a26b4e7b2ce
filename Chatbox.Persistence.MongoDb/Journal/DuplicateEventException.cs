namespace Chatbox.Persistence.MongoDb.Journal;

/// <summary>
/// Another event has this sequence number, because another actor writes under the same persistence id. The actor that receives this
/// exception is out of date and must stop.
/// </summary>
public sealed class DuplicateEventException(string persistenceId, Exception cause)
    : InvalidOperationException($"Another writer has stored events of {persistenceId}. This writer is out of date.", cause);
