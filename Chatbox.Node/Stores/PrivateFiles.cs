namespace Chatbox.Node.Stores;

/// <summary>
/// Creates files and folders that other users of the machine cannot access, whatever the umask: folders with 0700, files with 0600. On
/// Windows the access list of the folder applies.
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

    /// <summary>Creates the folder and its parents if absent.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, FolderMode);
    }

    /// <summary>Creates an empty file if absent.</summary>
    public static void CreateFile(string path)
    {
        // An existing file is not opened: closing it would release the locks of this process, on which SQLite relies.
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

    /// <summary>Opens the file exclusively, and creates it if absent.</summary>
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
    /// Removes the access of other users to a folder and to our files in it. A folder that also contains foreign files keeps its mode.
    /// </summary>
    /// <returns>What other users can still access, as warnings for the operator.</returns>
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
                $"{folder} is accessible to other users of this machine. The node does not change this, because the folder also contains files of other programs: run chmod 700, or give the node its own folder"
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
                // SQLite deletes its log when the last connection closes.
            }
            catch (UnauthorizedAccessException)
            {
                problems.Add(
                    $"{path} is accessible to other users of this machine. The node cannot change this, because the file belongs to another user"
                );
            }
        }
    }
}
