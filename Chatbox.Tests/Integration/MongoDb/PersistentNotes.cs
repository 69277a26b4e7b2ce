using Akka.Actor;
using Akka.Persistence;
using Chatbox.Tests.Unit.MongoDb;

namespace Chatbox.Tests.Integration.MongoDb;

/// <summary>Persists every text and replies with all texts so far. An empty text is not persisted, and only gets the reply.</summary>
internal sealed class PersistentNotes : ReceivePersistentActor
{
    private string _texts = "";

    public PersistentNotes(string id)
    {
        PersistenceId = id;
        Recover<Note>(Add);
        Recover<SnapshotOffer>(offer => _texts = ((Note)offer.Snapshot).Text);
        Command<string>(text => text.Length == 0, _ => Sender.Tell(_texts));
        Command<string>(text =>
            Persist(
                new Note(text),
                note =>
                {
                    Add(note);
                    Sender.Tell(_texts);
                }
            )
        );
    }

    public override string PersistenceId { get; }

    private void Add(Note note) => _texts = $"{_texts}{note.Text}";
}
