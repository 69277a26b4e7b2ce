namespace Chatbox.Node.Stores;

/// <summary>
/// Keeps what a node stores on its machine from the machine's other users, whatever the umask: folders are 0700, files 0600. On Windows the
/// folder's access list decides.
/// </summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = OwnerOnly | UnixFileMode.UserExecute;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>Makes the folder, with those above it, if it is not there.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, FolderMode);
    }

    /// <summary>Makes the file, empty, if it is not there.</summary>
    public static void CreateFile(string path)
    {
        // One that is there is not even opened: closing it would take this process's locks off it, and SQLite relies on them.
        if (File.Exists(path))
            return;
        try
        {
            Open(path, FileMode.CreateNew).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
    }

    /// <summary>Opens the file for this process alone; makes it if it is not there.</summary>
    public static FileStream Open(string path) => Open(path, FileMode.OpenOrCreate);

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    /// <summary>
    /// Takes away what other users may do with a folder and with those of its files that are ours. A folder that holds files of others, too,
    /// stays as it is.
    /// </summary>
    /// <returns>What is still open to other users, in words for the operator.</returns>
    public static IReadOnlyList<string> Restrict(string folder, Func<string, bool> isOurs)
    {
        if (OperatingSystem.IsWindows())
            return [];
        var problems = new List<string>();
        var foreign = 0;
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
        {
            if (isOurs(Path.GetFileName(entry)))
                TightenFile(entry);
            else
                foreign++;
        }

        if (foreign == 0)
            Tighten(folder, FolderMode);
        else if ((File.GetUnixFileMode(folder) & Others) != 0)
            problems.Add(
                $"{folder} can be entered by other users of this machine, and is left so because it holds files that are not the node's: chmod 700 it, or give the node a folder of its own"
            );
        return problems;

        void TightenFile(string path)
        {
            if (!Directory.Exists(path))
                Tighten(path, OwnerOnly);
        }

        void Tighten(string path, UnixFileMode mode)
        {
            try
            {
                if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
                    File.SetUnixFileMode(path, mode);
            }
            catch (FileNotFoundException)
            {
                // SQLite removes its log when the last connection closes.
            }
            catch (UnauthorizedAccessException)
            {
                problems.Add($"{path} is open to other users of this machine, and belongs to another user: the node cannot change that");
            }
        }
    }
}
