using Chatbox.Node.Errors;

namespace Chatbox.Node.Stores;

/// <summary>
/// The folder that holds what this node stores, as long as this node runs: a second process on the same files would be a second writer
/// of every journal. Other users of the machine are kept out.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    /// <summary>The SQLite database; SQLite puts its logs beside it, under names that begin with this one.</summary>
    public const string DatabaseFile = "chatbox.db";

    /// <summary>Secrets that a node in Development generated for itself.</summary>
    public const string SecretsFile = "development-secrets.json";

    private const string LockName = "node.lock";

    private readonly FileStream _lock;

    private DataFolder(FileStream held, IReadOnlyList<string> warnings) => (_lock, Warnings) = (held, warnings);

    /// <summary>What other users of this machine can still get at, in words for the operator.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Makes the folder if it is not there, and holds it until disposed of; the system lets go of it when the process dies.</summary>
    /// <exception cref="StartupException">It cannot be made or written, or another process holds it.</exception>
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

    /// <summary>The database with its logs, the lock, and the secrets; a volume brings a folder of its file system along.</summary>
    private static bool IsOurs(string name) =>
        name is LockName or "lost+found"
        || name.StartsWith(DatabaseFile, StringComparison.Ordinal)
        || name.StartsWith(SecretsFile, StringComparison.Ordinal);
}
