using System.Data.Common;
using Chatbox.Actors.Sealing;

namespace Chatbox.Node.Rekey;

/// <summary>A table with content, row by row.</summary>
internal interface IRekeyedTable
{
    string Name { get; }

    /// <summary>The columns that name a row, in which order rows are gone over.</summary>
    IReadOnlyList<string> Key { get; }

    /// <summary>What <see cref="Renew"/> reads of a row: the key first.</summary>
    string Columns { get; }

    /// <summary>Rows to a transaction: few enough that the largest fit in memory.</summary>
    int Batch { get; }

    /// <summary>What makes of the row what it must be; nothing if it is that already.</summary>
    /// <exception cref="ContentSealedException">The row cannot be opened; the message says which.</exception>
    IReadOnlyList<DbCommand> Renew(IReadOnlyList<object> row, DbTransaction transaction);
}
