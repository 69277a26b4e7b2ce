using System.Globalization;
using System.Text;
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

    /// <summary>Name of the folder of files, unless <c>FILES_DIR</c> names another one.</summary>
    public const string FilesFolder = "files";

    /// <summary>Name of the folder of files on their way into the store, unless <c>UPLOAD_SPOOL_DIR</c> names another one.</summary>
    public const string SpoolFolder = "spool";

    private const string LockName = "node.lock";
    private const string StartsFile = "starts";

    private readonly FileStream _lock;

    private DataFolder(FileStream held, IReadOnlyList<string> warnings, long starts) =>
        (_lock, Warnings, Starts) = (held, warnings, starts);

    /// <summary>How often the folder was locked since it exists, this time included.</summary>
    public long Starts { get; }

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
            var starts = CountStart(Path.Combine(directory, StartsFile));
            return new DataFolder(held, PrivateFiles.Restrict(directory, IsOurs), starts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException("DATA_DIR", $"{directory} cannot be used: {e.Message}", e);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static long CountStart(string path)
    {
        var starts = 1L;
        try
        {
            using var file = PrivateFiles.Open(path);
            using var reader = new StreamReader(file, leaveOpen: true);
            starts += long.TryParse(reader.ReadToEnd(), CultureInfo.InvariantCulture, out var before) ? before : 0;
            file.Position = 0;
            file.Write(Encoding.ASCII.GetBytes(starts.ToString(CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            // A full disk loses the count, and must not keep the node from starting.
        }

        return starts;
    }

    /// <summary>
    /// Whether a file belongs here: the database with its logs, the lock, the secrets, the files, or <c>lost+found</c> of the volume.
    /// </summary>
    private static bool IsOurs(string name) =>
        name is LockName or StartsFile or FilesFolder or SpoolFolder or "lost+found"
        || name.StartsWith(DatabaseFile, StringComparison.Ordinal)
        || name.StartsWith(SecretsFile, StringComparison.Ordinal);
}
