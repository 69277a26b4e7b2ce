using System.Globalization;
using System.Text;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Hosting;

namespace Chatbox.Persistence.MongoDb.Hosting;

/// <summary>The journal, for <c>WithJournal</c>. What is null stays as <c>reference.conf</c> has it.</summary>
public sealed class MongoDbJournalOptions : JournalOptions
{
    /// <param name="isDefault">Whether it is the journal of every actor that names none.</param>
    /// <param name="identifier">The last part of its path below <c>akka.persistence.journal</c>.</param>
    public MongoDbJournalOptions(bool isDefault = true, string identifier = "mongodb")
        : base(isDefault)
    {
        Identifier = identifier;
        // The base class says false, and what options say wins over reference.conf.
        AutoInitialize = true;
    }

    public override string Identifier { get; set; }

    /// <summary>With the database: <c>mongodb://host/database</c>.</summary>
    public required string ConnectionString { get; init; }

    public string? Collection { get; init; }

    public string? MetadataCollection { get; init; }

    public bool? UseWriteTransaction { get; init; }

    /// <summary>Longest wait for one answer of the server; positive.</summary>
    public TimeSpan? CallTimeout { get; init; }

    /// <summary>Identifier of the serializer that makes the stand-in for what cannot be read; 0 if that is to fail.</summary>
    public int? UnreadableSerializer { get; init; }

    protected override Config InternalDefaultConfig { get; } =
        MongoDbPersistence.DefaultConfiguration.GetConfig(MongoDbPersistence.JournalPath);

    protected override StringBuilder Build(StringBuilder sb) =>
        base.Build(
            sb.Setting("connection-string", ConnectionString.ToHocon())
                .Setting("collection", Collection?.ToHocon())
                .Setting("metadata-collection", MetadataCollection?.ToHocon())
                .Setting("use-write-transaction", UseWriteTransaction?.ToHocon())
                .Setting("call-timeout", CallTimeout?.ToHocon())
                .Setting("unreadable-serializer", UnreadableSerializer?.ToString(CultureInfo.InvariantCulture))
        );
}
