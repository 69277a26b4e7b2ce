using Chatbox.Node.Configuration;
using Chatbox.Node.Stores;

namespace Chatbox.Tests.Contract.Stores;

/// <summary>Only the node's own user can read the files that the node stores.</summary>
public sealed class PrivateFilesTests : IDisposable
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;
    private const UnixFileMode OpenFile = OwnFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode OpenFolder = OwnFolder | OpenFile | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly string _parent = Directory.CreateTempSubdirectory("chatbox-test-").FullName;

    private string Folder => Path.Combine(_parent, "data");

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public async Task Folder_and_files_of_a_node_are_closed_to_other_users_while_it_runs_and_after()
    {
        if (OperatingSystem.IsWindows())
            return;
        var settings = new Dictionary<string, string> { ["JWT_SECRET"] = "" };
        await using (var node = await TestNode.Start(settings, Folder))
        {
            await using var client = await TestClient.Connect(node.Address, Token(Folder));
            await client.Next("connection_status");
            AssertClosed("chatbox.db", "chatbox.db-wal", "chatbox.db-shm", "node.lock", "development-secrets.json");
        }

        AssertClosed("chatbox.db");
    }

    [Fact]
    public async Task Those_that_were_open_are_closed_by_the_next_start()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using (await TestNode.Start(null, Folder)) { }
        if (!File.Exists(Path.Combine(Folder, "chatbox.db-wal")))
            File.WriteAllText(Path.Combine(Folder, "chatbox.db-wal"), "");
        File.WriteAllText(Path.Combine(Folder, DataFolder.SecretsFile), "{}");
        foreach (var file in Directory.EnumerateFiles(Folder))
            File.SetUnixFileMode(file, OpenFile);
        File.SetUnixFileMode(Folder, OpenFolder);

        using var held = DataFolder.Take(Folder);

        AssertClosed("chatbox.db", "chatbox.db-wal", "node.lock", DataFolder.SecretsFile);
        Assert.Empty(held.Warnings);
    }

    [Fact]
    public void Folder_with_files_of_others_stays_as_it_is_and_the_operator_is_told()
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(Folder, OpenFolder);
        File.SetUnixFileMode(Folder, OpenFolder);
        var foreign = Path.Combine(Folder, "letters.txt");
        File.WriteAllText(foreign, "Dear all");
        File.SetUnixFileMode(foreign, OpenFile);
        var database = Path.Combine(Folder, "chatbox.db");
        File.WriteAllText(database, "");
        File.SetUnixFileMode(database, OpenFile);

        using var held = DataFolder.Take(Folder);

        Assert.Contains(Folder, Assert.Single(held.Warnings));
        Assert.Equal(OpenFolder, File.GetUnixFileMode(Folder));
        Assert.Equal(OpenFile, File.GetUnixFileMode(foreign));
        Assert.Equal(OwnFile, File.GetUnixFileMode(database));
        Assert.Equal(OwnFile, File.GetUnixFileMode(Path.Combine(Folder, "node.lock")));
    }

    private static string Token(string folder) =>
        new Node.Identity.TokenIssuer(DevelopmentSecrets.SigningSecret(folder), TimeProvider.System).Issue(
            new Messages.UserId("alice"),
            [],
            null,
            TimeSpan.FromHours(1)
        );

    private void AssertClosed(params string[] files)
    {
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(OwnFolder, File.GetUnixFileMode(Folder));
        foreach (var file in files)
            Assert.Equal((file, OwnFile), (file, File.GetUnixFileMode(Path.Combine(Folder, file))));
        foreach (var path in Directory.EnumerateFiles(Folder))
            Assert.Equal((path, OwnFile), (path, File.GetUnixFileMode(path)));
    }
}
