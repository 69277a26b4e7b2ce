namespace Chatbox.Actors.Sessions.Erasure;

/// <summary>The store below journal and snapshots, where deleted rows can outlive their deletion.</summary>
public interface IStorePurge
{
    /// <summary>Leaves nothing readable, in any file, of rows that were deleted before the call.</summary>
    /// <exception cref="TimeoutException">Others use the store without a pause: to be tried again.</exception>
    Task Purge(CancellationToken cancellationToken);
}
