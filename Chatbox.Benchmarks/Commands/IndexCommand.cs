using System.CommandLine;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The command <c>index</c>: lists, history and search in a large index.</summary>
internal sealed class IndexCommand : Command
{
    private readonly Option<int> _sessions = new("--sessions")
    {
        Description = "Number of sessions in the index.",
        DefaultValueFactory = _ => 100_000,
    };
    private readonly Option<int> _messages = new("--messages") { Description = "Messages in each.", DefaultValueFactory = _ => 10 };
    private readonly Option<int> _users = new("--users")
    {
        Description = "Number of users who own them.",
        DefaultValueFactory = _ => 1_000,
    };
    private readonly Option<int> _queries = new("--queries") { Description = "Queries of each kind.", DefaultValueFactory = _ => 500 };
    private readonly Option<FileInfo?> _out = new("--out") { Description = "Also write the report to this file." };

    private readonly Option<string?> _postgres = new("--postgres")
    {
        Description = "Also measure this PostgreSQL database, which must be empty: postgres://user:password@host:port/database.",
    };

    private readonly Option<bool> _noSqlite = new("--no-sqlite") { Description = "Leave out SQLite." };

    public IndexCommand()
        : base("index", "Times of lists, history and search in a large index.")
    {
        foreach (var option in new[] { _sessions, _messages, _users, _queries })
        {
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1)
                    result.AddError($"{option.Name} must be at least 1.");
            });
            Add(option);
        }

        Add(_postgres);
        Add(_noSqlite);
        Validators.Add(result =>
        {
            if (result.GetValue(_noSqlite) && result.GetValue(_postgres) is null)
                result.AddError("--no-sqlite needs --postgres.");
        });
        Add(_out);
        SetAction(Run);
    }

    private async Task<int> Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new IndexSettings(
            parsed.GetValue(_postgres),
            !parsed.GetValue(_noSqlite),
            parsed.GetValue(_sessions),
            parsed.GetValue(_messages),
            parsed.GetValue(_users),
            parsed.GetValue(_queries)
        );
        var measurements = await IndexRun.Run(settings, Console.Error, cancellationToken);
        var report = IndexReport.Write(settings, measurements, Machine.Describe(), TimeProvider.System.GetUtcNow());
        Console.Write(report);
        if (parsed.GetValue(_out) is { } file)
            await File.WriteAllTextAsync(file.FullName, report, CancellationToken.None);
        return 0;
    }
}
