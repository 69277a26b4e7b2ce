using System.Data.Common;

namespace Chatbox.Node.Stores.Sql;

/// <summary>Creates and runs SQL commands. Names of parameters begin with <c>@</c>.</summary>
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

    /// <summary>Creates a command in the transaction.</summary>
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
