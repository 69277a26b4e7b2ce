namespace Chatbox.Messages.Sessions;

/// <summary>Why an answer ended. Protocol section 5; numbers are journaled and never change.</summary>
public enum FinishReason
{
    /// <summary>The model had said all.</summary>
    Stop = 1,

    /// <summary>The model reached its, or our, greatest length.</summary>
    Length = 2,

    /// <summary>The user stopped it.</summary>
    Stopped = 3,

    /// <summary>The provider's stream broke off.</summary>
    Cut = 4,

    /// <summary>The provider was silent for too long.</summary>
    Timeout = 5,

    /// <summary>The provider failed.</summary>
    Error = 6,

    /// <summary>An admin took the session over.</summary>
    TakenOver = 7,
}
