namespace Chatbox.Actors.Sessions.State;

/// <summary>What a session journals when another session takes its place.</summary>
internal enum RetirementStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The user's new epoch, which voids earlier permissions.</summary>
    NoteEpoch,

    /// <summary>The end of the session and of its answers.</summary>
    End,
}
