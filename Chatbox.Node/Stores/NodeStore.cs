using System.Data.Common;
using Akka.Hosting;
using Chatbox.Actors.Sessions;
using Chatbox.Node.Clustering;
using Chatbox.Node.Configuration;
using Chatbox.Node.Stores.Index;

namespace Chatbox.Node.Stores;

/// <summary>The one database that holds a node's journal, snapshots and index, and the probes of the keys that seal them.</summary>
internal abstract class NodeStore
{
    /// <summary>As <c>readyz</c> calls it.</summary>
    public abstract string Name { get; }

    /// <summary>The setting that says where it is: to be named when it does not work.</summary>
    public abstract string Setting { get; }

    /// <summary>The same database, as the index sees it.</summary>
    public abstract IndexDatabase Index { get; }

    /// <summary>What removes the remains of deleted rows; null where that is the server's own work.</summary>
    public abstract IStorePurge? Purge { get; }

    /// <summary>Where the nodes that share it know of each other; null for a store of one node.</summary>
    public virtual IClusterRegister? Register => null;

    /// <summary>A query for how many tables are called <c>@name</c>.</summary>
    public abstract string CountTables { get; }

    /// <summary>The store that the configuration asks for.</summary>
    public static NodeStore For(StoreOptions options) =>
        options.Kind == StoreKind.Postgres
            ? new PostgresStore(options.Postgres)
            : new SqliteStore(SqliteHosting.ConnectionString(options.DataDirectory));

    /// <summary>Makes ready what the node's parts find there; to be called before any of them starts. Several nodes may do so at once.</summary>
    /// <exception cref="StartupException">It cannot be reached, or is not what it should be.</exception>
    public abstract Task Prepare();

    /// <summary>A connection of its own, open.</summary>
    public abstract DbConnection Open();

    /// <summary>Whether it answers now; creates nothing.</summary>
    public abstract Task<bool> Answers(CancellationToken cancellationToken);

    /// <summary>Journals and takes snapshots here.</summary>
    public abstract AkkaConfigurationBuilder AddPersistence(AkkaConfigurationBuilder builder);

    /// <summary>Removes from the files, as far as it can be told to, what stood there before many rows were written anew.</summary>
    public abstract void Compact(DbConnection connection);
}

/// <summary>Short ways to say SQL that both databases understand; parameters begin with <c>@</c>.</summary>
internal static class DbCommands
{
    public static DbCommand Command(this DbConnection connection, string text, params (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>A command of this transaction.</summary>
    public static DbCommand Command(this DbTransaction transaction, string text, params (string Name, object Value)[] parameters)
    {
        var command = transaction.Connection!.Command(text, parameters);
        command.Transaction = transaction;
        return command;
    }

    public static void Execute(this DbConnection connection, string text, params (string Name, object Value)[] parameters)
    {
        using var command = connection.Command(text, parameters);
        command.ExecuteNonQuery();
    }
}
