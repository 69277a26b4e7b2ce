using Akka.Configuration;
using Chatbox.Persistence.MongoDb;
using Chatbox.Persistence.MongoDb.Hosting;
using MongoDB.Driver;

namespace Chatbox.Tests.Unit.MongoDb;

/// <summary>Tests of the plugins' configuration, by HOCON and by options.</summary>
public sealed class MongoDbSettingsTests
{
    private const string Password = "p@ss\"w$rd";

    [Fact]
    public void The_defaults_are_those_of_the_public_package()
    {
        var journal = MongoDbSettings.OfJournal(Config.Empty);
        var snapshots = MongoDbSettings.OfSnapshotStore(Config.Empty);

        Assert.Equal(
            new MongoDbSettings("", "EventJournal", UseWriteTransaction: true, AutoInitialize: true, TimeSpan.FromSeconds(10)),
            journal with
            {
                MetadataCollection = "",
            }
        );
        Assert.Equal("Metadata", journal.MetadataCollection);
        Assert.Equal(
            new MongoDbSettings("", "SnapshotStore", UseWriteTransaction: false, AutoInitialize: true, TimeSpan.FromSeconds(10)),
            snapshots
        );
    }

    [Theory]
    [InlineData("legacy-serialization = on")]
    [InlineData("call-timeout = 0s")]
    public void What_cannot_be_fulfilled_is_refused(string setting) =>
        Assert.Throws<ConfigurationException>(() => MongoDbSettings.OfJournal(ConfigurationFactory.ParseString(setting)));

    [Fact]
    public void Writes_that_nobody_acknowledges_are_refused_and_the_address_is_not_told()
    {
        var refused = Assert.Throws<ConfigurationException>(() => MongoDbConnections.Database("mongodb://u:secretword@host/chat?w=0"));

        Assert.Contains("w=0", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secretword", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_become_the_settings_of_a_plugin()
    {
        var uri = $"mongodb://user:{Uri.EscapeDataString(Password)}@host/chat?authSource=admin";
        var options = new MongoDbJournalOptions
        {
            ConnectionString = uri,
            Collection = "Events",
            MetadataCollection = "Numbers",
            UseWriteTransaction = false,
            CallTimeout = TimeSpan.FromMilliseconds(1500),
        };

        var settings = MongoDbSettings.OfJournal(options.ToConfig().GetConfig(MongoDbPersistence.JournalPath));

        Assert.Equal(
            new MongoDbSettings(uri, "Events", UseWriteTransaction: false, AutoInitialize: true, TimeSpan.FromMilliseconds(1500)),
            settings with
            {
                MetadataCollection = "",
            }
        );
        Assert.Equal("Numbers", settings.MetadataCollection);
    }

    [Fact]
    public void Options_create_indexes_unless_they_are_told_not_to()
    {
        var snapshots = new MongoDbSnapshotOptions { ConnectionString = "mongodb://host/chat" };
        var without = new MongoDbSnapshotOptions { ConnectionString = "mongodb://host/chat", AutoInitialize = false };

        Assert.True(SettingsOf(snapshots).AutoInitialize);
        Assert.False(SettingsOf(without).AutoInitialize);
    }

    [Fact]
    public void A_connection_string_has_one_client()
    {
        var first = MongoDbConnections.Database("mongodb://127.0.0.1:1/one");

        Assert.Same(first.Client, MongoDbConnections.Database("mongodb://127.0.0.1:1/one").Client);
        Assert.Equal("one", first.DatabaseNamespace.DatabaseName);
    }

    [Fact]
    public void Writes_wait_for_a_majority_unless_the_connection_string_says_otherwise()
    {
        var usual = MongoDbConnections.Database("mongodb://127.0.0.1:1/usual").Settings;
        var told = MongoDbConnections.Database("mongodb://127.0.0.1:1/told?w=2&readConcernLevel=local").Settings;

        Assert.Equal(WriteConcern.WMajority.With(journal: true), usual.WriteConcern);
        Assert.Equal((ReadConcern.Majority, ReadPreference.Primary), (usual.ReadConcern, usual.ReadPreference));
        Assert.Equal((new WriteConcern(2), ReadConcern.Local), (told.WriteConcern, told.ReadConcern));
    }

    [Theory]
    [InlineData("mongodb://user:secret@host")]
    [InlineData("mongodb://user:secret@host:port/chat")]
    [InlineData("user:secret@host")]
    [InlineData("")]
    public void An_unusable_connection_string_is_refused_without_being_told(string connectionString)
    {
        var refused = Assert.Throws<ConfigurationException>(() => MongoDbConnections.Database(connectionString));

        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }

    private static MongoDbSettings SettingsOf(MongoDbSnapshotOptions options) =>
        MongoDbSettings.OfSnapshotStore(options.ToConfig().GetConfig(MongoDbPersistence.SnapshotStorePath));
}
