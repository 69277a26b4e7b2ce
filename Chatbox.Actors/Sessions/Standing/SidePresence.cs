namespace Chatbox.Actors.Sessions.Standing;

/// <summary>
/// Whether the people of one side of a conversation are there, as the other side is told. After its last socket has gone, a side still counts as there
/// for a while: a reload, or a change of the network, does not show.
/// </summary>
/// <param name="IsHere">What the other side may be told; null while that is not known.</param>
/// <param name="IsLeaving">No socket is there, and the time to come back is not over.</param>
internal readonly record struct SidePresence(bool? IsHere, bool IsLeaving)
{
    public static SidePresence Unknown { get; }

    /// <param name="isThere">Whether a socket of this side is there.</param>
    public SidePresence See(bool isThere) => isThere ? new SidePresence(true, false) : this with { IsLeaving = IsHere != false };

    /// <summary>The time to come back is over.</summary>
    public SidePresence Expire() => IsLeaving ? new SidePresence(false, false) : this;
}
