using Chatbox.Node.Errors;

namespace Chatbox.Node.Stores;

/// <summary>
/// The data folder of this node, locked while the node runs: a second process on the same files would be a second writer of every journal.
/// Other users of the machine have no access.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    /// <summary>Name of the SQLite database, and prefix of the logs that SQLite puts beside it.</summary>
    public const string DatabaseFile = "chatbox.db";

    /// <summary>Name of the file with secrets that a node in Development generated.</summary>
    public const string SecretsFile = "development-secrets.json";

    private const string LockName = "node.lock";

    private readonly FileStream _lock;

    private DataFolder(FileStream held, IReadOnlyList<string> warnings) => (_lock, Warnings) = (held, warnings);

    /// <summary>What other users of this machine can still access, as warnings for the operator.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>
    /// Creates the folder if absent, and locks it until disposal; the operating system releases the lock if the process dies.
    /// </summary>
    /// <exception cref="StartupException">The folder cannot be created or written, or another process holds the lock.</exception>
    public static DataFolder Take(string directory)
    {
        try
        {
            PrivateFiles.CreateFolder(directory);
            var held = PrivateFiles.Open(Path.Combine(directory, LockName));
            return new DataFolder(held, PrivateFiles.Restrict(directory, IsOurs));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException("DATA_DIR", $"{directory} cannot be used: {e.Message}", e);
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>
    /// Whether a file belongs here: the database with its logs, the lock, the secrets, or <c>lost+found</c> of the volume.
    /// </summary>
    private static bool IsOurs(string name) =>
        name is LockName or "lost+found"
        || name.StartsWith(DatabaseFile, StringComparison.Ordinal)
        || name.StartsWith(SecretsFile, StringComparison.Ordinal);
}
