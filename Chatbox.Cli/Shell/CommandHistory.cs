namespace Chatbox.Cli.Shell;

/// <summary>The commands that were entered, over all runs of <c>pbm</c> of this user. Lines with a token are not kept.</summary>
/// <param name="path">The file, which only its owner may read; null to keep nothing.</param>
internal sealed class CommandHistory(string? path)
{
    /// <summary>Lines that are kept; older ones are dropped.</summary>
    private const int Kept = 500;

    private readonly List<string> _lines = [.. Read(path)];

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The file of the user who runs <c>pbm</c>, where the XDG rules put state.</summary>
    /// <param name="environment">Returns the value of an environment variable; null if it is not set.</param>
    public static string? FileOf(Func<string, string?> environment)
    {
        var state =
            environment("XDG_STATE_HOME") is { Length: > 0 } named ? named
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home
                ? Path.Combine(home, ".local", "state")
            : null;
        return state is null ? null : Path.Combine(state, "pbm", "history");
    }

    public void Add(string line)
    {
        if (line.Contains("--token", StringComparison.Ordinal) || (_lines.Count > 0 && _lines[^1] == line))
            return;
        _lines.Add(line);
        if (_lines.Count > Kept)
            _lines.RemoveAt(0);
        Write();
    }

    private void Write()
    {
        if (path is null)
            return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new StreamWriter(path, options);
            foreach (var line in _lines)
                file.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The history of this run works without the file.
        }
    }

    private static IEnumerable<string> Read(string? path)
    {
        try
        {
            return path is not null && File.Exists(path) ? File.ReadAllLines(path).TakeLast(Kept) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
