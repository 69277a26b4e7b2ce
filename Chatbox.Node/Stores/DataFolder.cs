namespace Chatbox.Node.Stores;

/// <summary>
/// The folder that holds what this node stores, as long as this node runs: a second process on the same files would be a second writer
/// of every journal.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string LockName = "node.lock";

    private readonly FileStream _lock;

    private DataFolder(FileStream held) => _lock = held;

    /// <summary>Makes the folder if it is not there, and holds it until disposed of; the system lets go of it when the process dies.</summary>
    /// <exception cref="StartupException">It cannot be made or written, or another process holds it.</exception>
    public static DataFolder Take(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return new DataFolder(
                new FileStream(Path.Combine(directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException("DATA_DIR", $"{directory} cannot be used: {e.Message}", e);
        }
    }

    public void Dispose() => _lock.Dispose();
}
