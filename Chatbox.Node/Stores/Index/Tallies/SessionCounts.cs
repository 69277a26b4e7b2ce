namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>Numbers of sessions by what they are: active now, assisted by an admin, with a request for help. Each session is in one of them.</summary>
internal readonly record struct SessionCounts(
    long Plain,
    long Active,
    long Assisted,
    long ActiveAssisted,
    long Helped,
    long ActiveHelped,
    long AssistedHelped,
    long ActiveAssistedHelped
)
{
    private const int Kinds = 8;

    public long All => Count(null, null, null);

    private long this[int kind] =>
        kind switch
        {
            0 => Plain,
            1 => Active,
            2 => Assisted,
            3 => ActiveAssisted,
            4 => Helped,
            5 => ActiveHelped,
            6 => AssistedHelped,
            _ => ActiveAssistedHelped,
        };

    /// <summary>Counts sessions of one kind.</summary>
    public static SessionCounts Of(bool active, bool assisted, bool helped, long count = 1) =>
        ((active ? 1 : 0) + (assisted ? 2 : 0) + (helped ? 4 : 0)) switch
        {
            0 => new SessionCounts { Plain = count },
            1 => new SessionCounts { Active = count },
            2 => new SessionCounts { Assisted = count },
            3 => new SessionCounts { ActiveAssisted = count },
            4 => new SessionCounts { Helped = count },
            5 => new SessionCounts { ActiveHelped = count },
            6 => new SessionCounts { AssistedHelped = count },
            _ => new SessionCounts { ActiveAssistedHelped = count },
        };

    /// <summary>Number of the sessions that are as asked; null asks for nothing.</summary>
    public long Count(bool? active, bool? assisted, bool? helped)
    {
        var sum = 0L;
        for (var kind = 0; kind < Kinds; kind++)
        {
            if (Fits(kind, 1, active) && Fits(kind, 2, assisted) && Fits(kind, 4, helped))
                sum += this[kind];
        }

        return sum;
    }

    private static bool Fits(int kind, int property, bool? asked) => asked is not { } has || has == ((kind & property) != 0);

    public static SessionCounts operator +(SessionCounts a, SessionCounts b) =>
        new(
            a.Plain + b.Plain,
            a.Active + b.Active,
            a.Assisted + b.Assisted,
            a.ActiveAssisted + b.ActiveAssisted,
            a.Helped + b.Helped,
            a.ActiveHelped + b.ActiveHelped,
            a.AssistedHelped + b.AssistedHelped,
            a.ActiveAssistedHelped + b.ActiveAssistedHelped
        );
}
