namespace Chatbox.Actors.Sessions.Erasure;

/// <summary>Purges a store whose files may still hold deleted rows.</summary>
public interface IStorePurge
{
    /// <summary>Makes rows that were deleted before the call unreadable in every file of the store.</summary>
    /// <exception cref="TimeoutException">Other users kept the store busy; the caller should retry.</exception>
    Task Purge(CancellationToken cancellationToken);
}
