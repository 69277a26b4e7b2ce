using Akka.Actor;
using Akka.Hosting;
using Akka.Persistence;
using Chatbox.Actors.Serialization;
using Chatbox.Node.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chatbox.Tests.Contract.Stores;

/// <summary>Persistent actors on a node's store, without the rest of the node.</summary>
internal sealed class WriterSystem : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly NodeStore _store;

    private WriterSystem(IHost host, NodeStore store) => (_host, _store) = (host, store);

    private ActorSystem Actors => _host.Services.GetRequiredService<ActorSystem>();

    public static async Task<WriterSystem> Start(NodeStore store)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka(
            "writers",
            (akka, _) =>
                store.AddPersistence(
                    akka.AddHocon("akka.loglevel = OFF\nakka.stdout-loglevel = OFF", HoconAddMode.Prepend)
                        .WithCustomSerializer("stored-row", [], system => new StoredRowSerializer(system))
                )
        );
        var host = builder.Build();
        await host.StartAsync();
        return new WriterSystem(host, store);
    }

    /// <summary>Adds an actor with this persistence id.</summary>
    public Writer Add(string id) => new(Actors.ActorOf(Props.Create(() => new WriterActor(id))));

    /// <summary>Returns when the journal has received everything that these writers were told to save.</summary>
    public async Task UntilHandedOver(IEnumerable<Writer> writers)
    {
        await Task.WhenAll(writers.Select(writer => writer.Ping()));
        await Akka.Persistence.Persistence.Instance.Apply(Actors).CheckJournalHealthAsync(_store.JournalPlugin, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>A test's view of a persistent actor.</summary>
    internal sealed class Writer(IActorRef actor)
    {
        private readonly Task _stopped = actor.WatchAsync();

        /// <summary>Saves a word; returns true when the actor confirms it, and false when the actor stops.</summary>
        public async Task<bool> Save(string word)
        {
            var saved = actor.Ask<string>(word, Deadline);
            return await Task.WhenAny(saved, _stopped).WaitAsync(Deadline) == saved && await saved == word;
        }

        /// <summary>Takes a snapshot and deletes all events.</summary>
        public Task Trim() => actor.Ask<DeleteMessagesSuccess>(true, Deadline);

        /// <summary>Number of events that the actor has recovered.</summary>
        public Task<long> Recovered() => actor.Ask<long>(0L, Deadline);

        public Task Ping() => actor.Ask<int>(0, Deadline);
    }

    private sealed class WriterActor : ReceivePersistentActor
    {
        private IActorRef _trimmer = ActorRefs.Nobody;
        private long _recovered;

        public WriterActor(string id)
        {
            PersistenceId = id;
            Command<string>(word =>
            {
                var asker = Sender;
                PersistAsync(word, saved => asker.Tell(saved));
            });
            // Only rows of sharding may be strings, so these words are read as rows that cannot be read.
            Recover<UnreadableRow>(_ => _recovered++);
            Command<long>(_ => Sender.Tell(_recovered));
            Command<int>(number => Sender.Tell(number));
            Command<bool>(_ =>
            {
                _trimmer = Sender;
                SaveSnapshot("snapshot");
            });
            Command<SaveSnapshotSuccess>(saved => DeleteMessages(saved.Metadata.SequenceNr));
            Command<DeleteMessagesSuccess>(deleted => _trimmer.Tell(deleted));
        }

        public override string PersistenceId { get; }
    }
}
