using System.Globalization;
using System.Text;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Hosting;

namespace Chatbox.Persistence.MongoDb.Hosting;

/// <summary>The options of the snapshot store, for <c>WithSnapshot</c>. Null options have their value from <c>reference.conf</c>.</summary>
public sealed class MongoDbSnapshotOptions : SnapshotOptions
{
    /// <param name="isDefault">Whether actors that name no snapshot store use this one.</param>
    /// <param name="identifier">The last part of the plugin's path below <c>akka.persistence.snapshot-store</c>.</param>
    public MongoDbSnapshotOptions(bool isDefault = true, string identifier = "mongodb")
        : base(isDefault)
    {
        Identifier = identifier;
        // The base class defaults to false, and options take precedence over reference.conf.
        AutoInitialize = true;
    }

    public override string Identifier { get; set; }

    /// <summary>The address with the database: <c>mongodb://host/database</c>.</summary>
    public required string ConnectionString { get; init; }

    public string? Collection { get; init; }

    /// <summary>Longest wait for one reply of the server; positive.</summary>
    public TimeSpan? CallTimeout { get; init; }

    /// <summary>Identifier of the serializer that creates the stand-in for an unreadable row; 0 to fail instead.</summary>
    public int? UnreadableSerializer { get; init; }

    protected override Config InternalDefaultConfig { get; } =
        MongoDbPersistence.DefaultConfiguration.GetConfig(MongoDbPersistence.SnapshotStorePath);

    protected override StringBuilder Build(StringBuilder sb) =>
        base.Build(
            sb.Setting("connection-string", ConnectionString.ToHocon())
                .Setting("collection", Collection?.ToHocon())
                .Setting("call-timeout", CallTimeout?.ToHocon())
                .Setting("unreadable-serializer", UnreadableSerializer?.ToString(CultureInfo.InvariantCulture))
        );
}
