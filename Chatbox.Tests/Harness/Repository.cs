namespace Chatbox.Tests.Harness;

/// <summary>The working copy that the tests were built from.</summary>
public static class Repository
{
    // Folders that .gitignore excludes: output of builds, tools and runs.
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal)
    {
        ".git",
        ".idea",
        ".vs",
        ".vscode",
        "TestResults",
        "artifacts",
        "bin",
        "data",
        "dist",
        "node_modules",
        "obj",
        "tools",
        "wwwroot",
    };

    /// <summary>The folder of <c>Chatbox.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file that people write, as a path relative to <see cref="Root"/> with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } =
        Walk(Root).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal).ToList();

    /// <summary>The text of one of <see cref="Files"/>.</summary>
    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Chatbox.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No Chatbox.sln above {AppContext.BaseDirectory}.");
    }

    private static IEnumerable<string> Walk(string folder) =>
        Directory
            .EnumerateFiles(folder)
            .Concat(Directory.EnumerateDirectories(folder).Where(inner => !Ignored.Contains(Path.GetFileName(inner))).SelectMany(Walk));
}
