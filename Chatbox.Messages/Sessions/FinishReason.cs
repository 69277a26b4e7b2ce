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

    /// <summary>The provider's stream broke off.</summary>
    Cut = 4,

    /// <summary>The provider was silent, or the whole answer took, longer than its deadline.</summary>
    Timeout = 5,

    /// <summary>The provider failed.</summary>
    Error = 6,

    /// <summary>An administrator took the session over.</summary>
    TakenOver = 7,
}
