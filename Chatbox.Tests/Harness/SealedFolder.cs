using System.CommandLine;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Configuration;
using Chatbox.Node.Rekey;
using Chatbox.Node.Stores.Sql;
using Chatbox.Tests.Harness.Stores;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Harness;

/// <summary>A store that outlives its nodes, which use changing encryption keys, together with the scripted model of these nodes.</summary>
internal sealed class SealedFolder : IAsyncDisposable
{
    public const string KeyA = "a:hex:603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
    public const string KeyB = "b:hex:2b7e151628aed2a6abf7158809cf4f3c8e73b0f7da0e6452c810f32b809079e5";

    /// <summary>Words that a chat leaves in the store, readable unless they are encrypted.</summary>
    public static readonly string[] Planted = ["plantedquestion", "plantedmetakey", "plantedmetavalue", "plantedanswer", "plantedname"];

    private const int AnswersPerChat = 3;

    /// <summary>Longest wait of a test for something that must happen.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ScriptedModelServer _models;

    private SealedFolder(ScriptedModelServer models, SqlTestStore store)
    {
        (_models, Store) = (models, store);
        _models.Otherwise = _ => ModelScript.Answer("A planted", "answer ", "it is. plantedanswer");
    }

    public SqlTestStore Store { get; }

    public string Path => Store.Folder;

    public static async Task<SealedFolder> Make(SqlStores stores) => new(await ScriptedModelServer.Start(), await stores.MakeSql());

    public Task<TestNode> Start(string? keys) => TestNode.Start(Settings(keys), Path);

    /// <summary>The settings of a node on this store.</summary>
    public Dictionary<string, string> Settings(string? keys) =>
        new(Store.Settings.Concat(_models.ProviderSettings))
        {
            ["STREAM_CHECKPOINT_INTERVAL"] = "0",
            ["SNAPSHOT_EVERY"] = "10",
            ["JOURNAL_KEEP"] = "1000", // the tests look at the rows
            ["ENCRYPTION_KEYS"] = keys ?? "",
        };

    /// <summary>The complete environment of a process on this store.</summary>
    public Dictionary<string, string> Environment(string? keys)
    {
        var environment = TestNode.Settings(Path, port: 0);
        foreach (var (key, value) in Settings(keys))
            environment[key] = value;
        return environment;
    }

    /// <summary>Chats as this user until a snapshot has been taken; returns the transcript that a new device is shown.</summary>
    /// <param name="before">The number of earlier chats of this user in this folder.</param>
    public async Task<string> Chat(TestNode node, string user, int before = 0)
    {
        await using var client = await node.Connect(user);
        var session = (await client.Next("connection_status")).Text("session_id")!;
        for (var n = 0; n < AnswersPerChat; n++)
        {
            await client.Send(
                new
                {
                    type = "user_message",
                    content = $"A plantedquestion {n}",
                    id = $"{Guid.NewGuid():n}",
                    metadata = new Dictionary<string, string> { ["plantedmetakey"] = "plantedmetavalue" },
                }
            );
            await client.NextDone();
        }

        Assert.Equal(200, (await node.Http.Rename(session, user, "A plantedname")).Status);
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Store.Count($"SELECT count(*) FROM snapshot WHERE persistence_id = 'session-{session}'") == 0)
            await pause.WaitForNextTickAsync(deadline.Token);
        return await Transcript(node, user, (before + 1) * AnswersPerChat);
    }

    /// <summary>The transcript of a session with this many answers, as a new device is shown it.</summary>
    public static async Task<string> Transcript(TestNode node, string user, int answers = AnswersPerChat)
    {
        await using var client = await node.Connect(user, "last_seq=0");
        for (var n = 0; n < answers; n++)
            await client.NextDone();
        return string.Join('\n', client.Seen.Skip(1).Select(f => $"{f.Type()} {f.Text("message_id")} {f.Text("content")}"));
    }

    /// <summary>
    /// Searches for a planted word, which must find exactly one session of this user; returns its name and its first messages.
    /// </summary>
    public static async Task<string> Search(TestNode node, string user)
    {
        var index = node.Services.GetRequiredService<ISessionIndex>();
        var page = await index.List(new SessionQuery(new UserId(user), Search: Planted[0].ToUpperInvariant()), CancellationToken.None);
        var session = Assert.Single(page.Sessions);
        var history = await index.History(session.SessionId, beforeSeq: null, 100, CancellationToken.None);
        return string.Join('\n', history.Take(2).Select(message => message.Content).Prepend(session.Name));
    }

    /// <summary>The planted words that are readable anywhere in the store, in any case and encoding.</summary>
    public IReadOnlyList<string> Found() => Store.Find(Planted);

    /// <summary>The number of session rows per encryption key; rows in clear text are counted under the empty name.</summary>
    public SortedDictionary<string, int> RowsByKey()
    {
        using var connection = Store.Open();
        using var command = connection.Command(
            "SELECT manifest, message FROM journal WHERE persistence_id LIKE 'session-%' UNION ALL SELECT manifest, snapshot FROM snapshot"
        );
        using var reader = command.ExecuteReader();
        var rows = new SortedDictionary<string, int>(StringComparer.Ordinal);
        while (reader.Read())
        {
            var key = ChatboxWire.Table.For(reader.GetString(0)).Read(reader.GetFieldValue<byte[]>(1)) switch
            {
                SealedEvent e => SealedRecord.Parse(e.Record.Span).KeyId,
                SealedSnapshot s => SealedRecord.Parse(s.Record.Span).KeyId,
                _ => "",
            };
            rows[key] = rows.GetValueOrDefault(key) + 1;
        }

        return rows;
    }

    /// <summary>Runs the <c>rekey</c> command in this process.</summary>
    /// <param name="dataDirectory">A data folder other than that of the nodes, as on another machine.</param>
    public (int ExitCode, string Output, string Errors) Rekey(string? keys, string? dataDirectory = null)
    {
        var environment = Environment(keys);
        environment["DATA_DIR"] = dataDirectory ?? Path;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(environment!).Build();
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = RekeyCommand
            .Build(() => ConfigurationLoader.Load(configuration, Path))
            .Parse([])
            .Invoke(new InvocationConfiguration { Output = output, Error = errors });
        return (code, output.ToString(), errors.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await _models.DisposeAsync();
        await Store.DisposeAsync();
    }
}
