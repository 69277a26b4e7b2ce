using Chatbox.Actors.Sealing;
using Microsoft.Data.Sqlite;

namespace Chatbox.Node.Sealing;

/// <summary>A table with content, row by row.</summary>
internal interface IRekeyedTable
{
    string Name { get; }

    /// <summary>What <see cref="Renew"/> reads, from column 1 on; column 0 is the row's id.</summary>
    string Columns { get; }

    /// <summary>Rows to a transaction: few enough that the largest fit in memory.</summary>
    int Batch { get; }

    /// <summary>What makes of the row what it must be, to be executed when the reader has gone on; nothing if it is that already.</summary>
    /// <exception cref="ContentSealedException">The row cannot be opened; the message says which.</exception>
    IReadOnlyList<SqliteCommand> Renew(SqliteDataReader row, SqliteTransaction transaction);
}

/// <summary>Short ways to say a command.</summary>
internal static class RekeyCommands
{
    /// <summary>A command of this transaction.</summary>
    public static SqliteCommand Command(this SqliteTransaction transaction, string text, params (string Name, object Value)[] parameters)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }
}
