namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>
/// The kinds of frames that tell a viewer how something stands now, outside the conversation. Of each kind only the newest waits for a slow
/// viewer.
/// </summary>
internal enum Notice
{
    /// <summary>Another model answers from now on.</summary>
    Model,

    /// <summary>The request for help is stored.</summary>
    Help,

    /// <summary>The model that answers is told only the names of files.</summary>
    FilesUnread,

    /// <summary>The place in the queue.</summary>
    QueuePlace,

    /// <summary>What became of an offer to hand the session over.</summary>
    Offer,

    /// <summary>How far the other side has seen the conversation.</summary>
    Seen,

    /// <summary>Whether the other side is there.</summary>
    Presence,

    /// <summary>How the session stands, once models can be chosen again.</summary>
    Status,
}
