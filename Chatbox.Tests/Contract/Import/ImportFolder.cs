using System.CommandLine;
using Chatbox.Node.Configuration;
using Chatbox.Node.Import;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using MongoDB.Bson;

namespace Chatbox.Tests.Contract.Import;

/// <summary>The exit code and the console output of a run of <c>import</c>.</summary>
internal sealed record ImportResult(int ExitCode, string Output, string Errors);

/// <summary>A data folder into which conversations are imported, and on which nodes run before and after.</summary>
internal sealed class ImportFolder : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("chatbox-test-").FullName;

    public string Data => Path.Combine(_home, "data");

    public string Dump => Path.Combine(_home, "sessions.bson");

    /// <summary>
    /// Settings of the nodes and the import. Imported sessions have been idle for long and must not expire during a test.
    /// </summary>
    public Dictionary<string, string> Settings { get; } =
        new()
        {
            ["IMPORT_ENCRYPTION_KEY"] = OldService.KeyText,
            ["SESSION_CLEANUP_INTERVAL"] = "1h",
            ["LLM_PROVIDER_1_ID"] = "one",
            ["LLM_PROVIDER_1_TYPE"] = "demo",
        };

    public IReadOnlyDictionary<string, string> AllSettings
    {
        get
        {
            var all = TestNode.Settings(Data, port: 0);
            foreach (var (key, value) in Settings)
                all[key] = value;
            return all;
        }
    }

    /// <summary>Writes the documents to the file and imports the file, in this process.</summary>
    public Task<ImportResult> Import(params IEnumerable<BsonDocument> documents)
    {
        File.WriteAllBytes(Dump, OldService.Dump(documents));
        return Run("--file", Dump);
    }

    /// <summary>Runs the <c>import</c> command in this process.</summary>
    public async Task<ImportResult> Run(params string[] arguments)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(AllSettings!).Build();
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await ImportCommand
            .Build(() => ConfigurationLoader.Load(configuration, _home), TimeProvider.System)
            .Parse(arguments)
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = errors });
        return new ImportResult(code, output.ToString(), errors.ToString());
    }

    public Task<TestNode> Start() => TestNode.Start(Settings, Data);

    /// <summary>A number from the folder's database; 0 while the table does not exist.</summary>
    public long Count(string query)
    {
        var file = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(Data, "chatbox.db"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        try
        {
            using var connection = new SqliteConnection(file.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = query;
            return (long)command.ExecuteScalar()!;
        }
        catch (SqliteException)
        {
            return 0;
        }
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);
}
