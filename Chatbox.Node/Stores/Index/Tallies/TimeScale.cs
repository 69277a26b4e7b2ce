using System.Numerics;

namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>
/// Classes of response times that are counted together. Small times have a class for each millisecond; larger ones share classes, whose
/// width grows with the time, so that the relative error stays the same.
/// </summary>
internal sealed class TimeScale
{
    /// <summary>Exact to the millisecond up to 2047 ms, and within 0.05% above.</summary>
    public static readonly TimeScale Fine = new(10);

    /// <summary>Exact to the millisecond up to 127 ms, and within 0.8% above. A class of this scale consists of whole classes of the fine one.</summary>
    public static readonly TimeScale Coarse = new(6);

    private readonly int _bits;

    /// <param name="bits">Each doubling of the time has 2 to the power of this many classes.</param>
    private TimeScale(int bits) => _bits = bits;

    private int Exact => 2 << _bits;

    /// <summary>The class of a time in milliseconds; negative times count as 0.</summary>
    public int ClassOf(long milliseconds)
    {
        if (milliseconds < Exact)
            return (int)Math.Max(0, milliseconds);
        var shift = BitOperations.Log2((ulong)milliseconds) - _bits;
        return Exact + ((shift - 1) << _bits) + (int)((milliseconds >> shift) - (1 << _bits));
    }

    /// <summary>The smallest time of a class, in milliseconds.</summary>
    public long Smallest(int timeClass) =>
        timeClass < Exact ? timeClass : ((1L << _bits) + ((timeClass - Exact) & ((1 << _bits) - 1))) << Shift(timeClass);

    /// <summary>The time in the middle of a class, in milliseconds.</summary>
    public long Middle(int timeClass) => timeClass < Exact ? timeClass : Smallest(timeClass) + (1L << (Shift(timeClass) - 1));

    /// <summary>The class of this scale that a class of a scale at least as fine belongs to.</summary>
    public int ClassOf(int timeClass, TimeScale scale) => scale == this ? timeClass : ClassOf(scale.Smallest(timeClass));

    private int Shift(int timeClass) => ((timeClass - Exact) >> _bits) + 1;
}

/// <summary>How many response times are in a class.</summary>
internal readonly record struct TimeCount(int Class, int Count);
