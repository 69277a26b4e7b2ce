using System.Data.Common;
using Chatbox.Actors.Sealing;

namespace Chatbox.Node.Rekey;

/// <summary>A table with content that <c>rekey</c> encrypts anew, row by row.</summary>
internal interface IRekeyedTable
{
    string Name { get; }

    /// <summary>Columns of the primary key, which also order the rows.</summary>
    IReadOnlyList<string> Key { get; }

    /// <summary>Columns that <see cref="Renew"/> reads, beginning with the key.</summary>
    string Columns { get; }

    /// <summary>Rows per transaction: few enough that the largest rows fit into memory.</summary>
    int Batch { get; }

    /// <summary>The commands that encrypt a row with the first key; none if it is already encrypted with that key.</summary>
    /// <exception cref="ContentSealedException">The row cannot be decrypted; the message names it.</exception>
    IReadOnlyList<DbCommand> Renew(IReadOnlyList<object> row, DbTransaction transaction);
}
