using System.Diagnostics;
using System.Net;
using System.Text;
using Npgsql;

namespace Chatbox.Tests.Servers;

/// <summary>
/// A PostgreSQL server for this test run, on a free loopback port, with its data in a temporary folder. Its default collation is ICU, which
/// exposes queries that silently rely on byte order.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _data;
    private readonly IPAddress _address;
    private readonly int _port;
    private Process? _process;

    private PostgresServer(string data, IPAddress address, int port) => (_data, _address, _port) = (data, address, port);

    /// <summary>Starts the server and waits until it accepts connections.</summary>
    /// <param name="address">An address of this machine, for clients of other networks; loopback by default.</param>
    public static async Task<PostgresServer> Start(IPAddress? address = null)
    {
        // PostgreSQL refuses to run as root.
        var data = (await Run("mktemp", "-d", "--tmpdir", "chatbox-postgres-XXXXXX")).Trim();
        await Run(
            Program("initdb"),
            [
                "-D",
                data,
                "-U",
                "chatbox",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
                "--locale=C",
                "--locale-provider=icu",
                "--icu-locale=en",
            ]
        );
        if (address is not null)
            await File.AppendAllTextAsync(Path.Combine(data, "pg_hba.conf"), "host all all samenet trust\n");
        var server = new PostgresServer(data, address ?? IPAddress.Loopback, Ports.Free());
        await server.StartAgain();
        return server;
    }

    /// <summary>Settings for the next start, such as <c>max_connections=8</c>.</summary>
    public List<string> Settings { get; } = [];

    /// <summary>Makes the server ask this user for a password from its next start on.</summary>
    public async Task AskPassword(string user)
    {
        var file = Path.Combine(_data, "pg_hba.conf");
        await File.WriteAllTextAsync(file, $"host all {user} all scram-sha-256\n{await File.ReadAllTextAsync(file)}");
    }

    /// <summary>Starts the server again on the same data and waits until it accepts connections.</summary>
    public async Task StartAgain()
    {
        string[] settings = [$"listen_addresses={_address}", "unix_socket_directories=", "fsync=off", "full_page_writes=off", .. Settings];
        _process = Process.Start(
            AsPostgres(Program("postgres"), ["-D", _data, "-p", $"{_port}", .. settings.SelectMany(setting => new[] { "-c", setting })])
        )!;
        var output = new StringBuilder();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.ErrorDataReceived += (_, line) =>
        {
            output.AppendLine(line.Data);
            if (line.Data is null)
                ready.TrySetException(new InvalidOperationException($"PostgreSQL ended:\n{output}"));
            else if (line.Data.Contains("ready to accept connections", StringComparison.Ordinal))
                ready.TrySetResult();
        };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        await ready.Task.WaitAsync(Deadline);
    }

    /// <summary>Stops the server with a fast shutdown, which disconnects all clients.</summary>
    public async Task Stop()
    {
        await Kill("-INT", _process!.Id);
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
    }

    /// <summary>Suspends every process of the server, as on a machine that hangs: connections stay open and nothing answers.</summary>
    public async Task Pause()
    {
        await Kill("-STOP", _process!.Id); // first, so that it starts no further processes
        await Kill("-STOP", await Children());
    }

    public async Task Resume() => await Kill("-CONT", [.. await Children(), _process!.Id]);

    /// <summary>The address in the form of <c>POSTGRES_URI</c>.</summary>
    public string Uri => $"postgres://chatbox@{_address}:{_port}/postgres";

    /// <summary>The connection string for Npgsql.</summary>
    public string ConnectionString => Address("");

    /// <summary>Creates a schema and returns a connection string that uses it like a whole database.</summary>
    public async Task<string> CreateSchema()
    {
        var name = $"test_{Guid.NewGuid():n}";
        await Execute($"CREATE SCHEMA {name}");
        // Each schema has a pool of its own, and the server has 100 connections for the pools of all tests.
        return Address($";Search Path={name};Connection Idle Lifetime=2;Connection Pruning Interval=1");
    }

    /// <summary>The address of a database in the form of <c>POSTGRES_URI</c>, for another user.</summary>
    public string UriOf(string user, string password, string database) => $"postgres://{user}:{password}@{_address}:{_port}/{database}";

    /// <summary>Creates an empty database.</summary>
    public async Task<string> CreateDatabase()
    {
        var name = $"test_{Guid.NewGuid():n}";
        await Execute($"CREATE DATABASE {name}");
        return Address("", name);
    }

    /// <summary>Writes everything to disk and returns the folder of the database's files.</summary>
    public async Task<string> FilesOf(string address)
    {
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync();
        await using var checkpoint = new NpgsqlCommand("CHECKPOINT", connection);
        await checkpoint.ExecuteNonQueryAsync();
        await using var number = new NpgsqlCommand("SELECT oid::bigint FROM pg_database WHERE datname = current_database()", connection);
        return Path.Combine(_data, "base", $"{await number.ExecuteScalarAsync()}");
    }

    /// <summary>Drops the database and disconnects its clients.</summary>
    public Task DropDatabase(string address) =>
        Execute($"DROP DATABASE {new NpgsqlConnectionStringBuilder(address).Database} WITH (FORCE)");

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_process is { HasExited: false })
            await Stop();
        _process?.Dispose();
        await Run("rm", "-rf", _data);
    }

    public async Task Execute(string statement)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    private string Address(string more, string database = "postgres") =>
        $"Host={_address};Port={_port};Username=chatbox;Database={database};Maximum Pool Size=20;Include Error Detail=true{more}";

    private async Task<int[]> Children()
    {
        var ids = await File.ReadAllTextAsync($"/proc/{_process!.Id}/task/{_process.Id}/children");
        return [.. ids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
    }

    private static async Task Kill(string signal, params int[] processes)
    {
        using var kill = Process.Start("kill", [signal, .. processes.Select(id => $"{id}")]);
        await kill.WaitForExitAsync();
    }

    private static string Program(string name) => Path.Combine(Requirements.PostgresPrograms!, name);

    private static async Task<string> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(AsPostgres(program, arguments))!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(Deadline);
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program}: {await errors}");
    }

    // setpriv executes the program in the same process, so the process id is the server's.
    private static ProcessStartInfo AsPostgres(string program, IReadOnlyList<string> arguments) =>
        new(
            Environment.IsPrivilegedProcess ? "setpriv" : program,
            Environment.IsPrivilegedProcess ? ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments] : arguments
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
}
