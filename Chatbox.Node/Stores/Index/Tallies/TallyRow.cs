using LinqToDB;
using LinqToDB.Mapping;

namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>Row of the tally of a period in which something happened.</summary>
[Table("tallies")]
internal sealed record TallyRow
{
    [Column("level"), PrimaryKey(0)]
    public required TallyLevel Level { get; init; }

    /// <summary>Start of the period, in UTC ticks.</summary>
    [Column("at"), PrimaryKey(1)]
    public required long At { get; init; }

    /// <summary>Sessions that became active, less those that ended: the sum over all periods before a moment is the number at that moment.</summary>
    [Column("change")]
    public required long Change { get; init; }

    /// <summary>The other numbers, as <see cref="TallyFormat"/> writes them.</summary>
    [Column("figures", DataType = DataType.VarBinary)]
    public required byte[] Figures { get; init; }

    public static TallyRow Of(TallyPiece piece, Tally tally) =>
        new()
        {
            Level = piece.Level ?? throw new ArgumentException("A piece without a level is not stored.", nameof(piece)),
            At = piece.From,
            Change = tally.Swing.Change,
            Figures = TallyFormat.Write(tally),
        };
}

/// <summary>Row of a minute whose rows have changed since it was tallied. The database writes it with each change; one minute may have several.</summary>
[Table("tally_marks")]
internal sealed record TallyMarkRow
{
    /// <summary>Start of the minute, in UTC ticks.</summary>
    [Column("minute")]
    public required long Minute { get; init; }
}
