namespace Chatbox.Messages.Sessions;

/// <summary>The reason why an answer ended. Protocol section 5. The numbers are journaled and never change.</summary>
public enum FinishReason
{
    /// <summary>The model finished its answer.</summary>
    Stop = 1,

    /// <summary>The answer reached the model's or the server's greatest length.</summary>
    Length = 2,

    /// <summary>The user stopped the answer.</summary>
    Stopped = 3,

    /// <summary>The answer ended early: the stream broke off, a filter stepped in, or the reason is unknown.</summary>
    Cut = 4,

    /// <summary>The provider was silent, or the whole answer took, longer than its deadline.</summary>
    Timeout = 5,

    /// <summary>The answer failed: the provider, the node, or too many restarts.</summary>
    Error = 6,

    /// <summary>An administrator took the session over.</summary>
    TakenOver = 7,
}
