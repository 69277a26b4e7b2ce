using System.Data.Common;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Identity;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores.Index.Sql;

namespace Chatbox.Node.Stores.Sql;

/// <summary>A store that is spoken to in SQL.</summary>
internal abstract class SqlStore : NodeStore
{
    public override string JournalPlugin => "akka.persistence.journal.sql";

    public override ISealingProbes Probes => new SqlSealingProbes(this);

    public override IStoredContent Content => new SqlStoredContent(this);

    /// <summary>The same database, as the index sees it.</summary>
    public abstract IndexDatabase Index { get; }

    /// <summary>A query for how many tables are called <c>@name</c>.</summary>
    public abstract string CountTables { get; }

    /// <summary>A connection of its own, open.</summary>
    public abstract DbConnection Open();

    public override ISessionIndex CreateIndex(IContentCipher cipher, TimeProvider clock) => new SqlSessionIndex(Index, cipher, clock);

    public override ITokenWithdrawals CreateWithdrawals() => new SqlWithdrawals(Index);

    /// <summary>Removes from the files, as far as it can be told to, what stood there before many rows were written anew.</summary>
    public abstract void Compact(DbConnection connection);
}
