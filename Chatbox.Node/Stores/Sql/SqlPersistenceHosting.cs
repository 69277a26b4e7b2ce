using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Hosting;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using LinqToDB;

namespace Chatbox.Node.Stores.Sql;

/// <summary>Adds the journal and snapshots in any SQL database.</summary>
internal static class SqlPersistenceHosting
{
    /// <param name="plugins">Settings of the database, below <c>akka.persistence</c>.</param>
    /// <param name="data">How linq2db opens the database.</param>
    public static AkkaConfigurationBuilder WithSqlPersistence(this AkkaConfigurationBuilder builder, Config plugins, DataOptions data) =>
        builder
            .AddHocon(plugins.WithFallback(SqlPersistence.DefaultConfiguration), HoconAddMode.Prepend)
            .AddSetup(new DataOptionsSetup(data.UseInterceptor(new StoredRowGuard())))
            .WithJournal(new SqlJournalOptions(plugins.GetBoolean("akka.persistence.journal.sql.auto-initialize")))
            .WithSnapshot(new SqlSnapshotOptions(plugins.GetBoolean("akka.persistence.snapshot-store.sql.auto-initialize")));

    // The options win over the configuration above in the question whether the plugin creates tables.
    private sealed class SqlJournalOptions : JournalOptions
    {
        public SqlJournalOptions(bool autoInitialize)
            : base(isDefault: true) => AutoInitialize = autoInitialize;

        public override string Identifier { get; set; } = "sql";
        protected override Config InternalDefaultConfig => Config.Empty;
    }

    private sealed class SqlSnapshotOptions : SnapshotOptions
    {
        public SqlSnapshotOptions(bool autoInitialize)
            : base(isDefault: true) => AutoInitialize = autoInitialize;

        public override string Identifier { get; set; } = "sql";
        protected override Config InternalDefaultConfig => Config.Empty;
    }
}
