using System.Data.Common;
using System.Globalization;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Files;
using Chatbox.Node.Identity;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores.Index.Sql;

namespace Chatbox.Node.Stores.Sql;

/// <summary>A store in a SQL database.</summary>
internal abstract class SqlStore : NodeStore
{
    public override string JournalPlugin => "akka.persistence.journal.sql";

    public override ISealingProbes Probes => new SqlSealingProbes(this);

    public override IStoredContent Content => new SqlStoredContent(this);

    /// <summary>The same database for the index.</summary>
    public abstract IndexDatabase Index { get; }

    public override ISessionIndex CreateIndex(IContentCipher cipher, TimeProvider clock)
    {
        Index.Migrating = (step, steps) => Progress?.Invoke($"the tables are being migrated: step {step} of {steps}");
        return new SqlSessionIndex(Index, cipher, clock);
    }

    /// <summary>Whether a table exists. Some tables are missing if no node has started on the store yet.</summary>
    public bool HasTable(DbConnection connection, string table)
    {
        using var command = connection.Command(Index.CountTables, ("@name", table));
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture) > 0;
    }

    /// <summary>Opens a new connection.</summary>
    public abstract DbConnection Open();

    public override IAuditTrail CreateAuditTrail() => new SqlAuditTrail(Index);

    public override IRatings CreateRatings(IContentCipher cipher) => new SqlRatings(Index, cipher);

    public override ITokenWithdrawals CreateWithdrawals() => new SqlWithdrawals(Index);

    public override IFileRecords CreateFileRecords(IContentCipher cipher) => new SqlFileRecords(Index, cipher);

    public override IFileRemovals CreateFileRemovals() => new SqlFileRemovals(Index);

    public override IFileInventory CreateFileInventory() => new SqlFileInventory(Index);

    public override IOpenUploads CreateOpenUploads(IContentCipher cipher) => new SqlOpenUploads(Index, cipher);

    public override async Task<IReadOnlyList<StoredKind>?> Count(CancellationToken cancellationToken) =>
        await new SqlStoredKinds(this).Count(cancellationToken);

    /// <summary>Removes old content from the files after many rows were rewritten, as far as the database supports it.</summary>
    public abstract void Compact(DbConnection connection);
}
