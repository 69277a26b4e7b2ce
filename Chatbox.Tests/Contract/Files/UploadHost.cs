using System.Net.Http.Headers;
using Chatbox.Actors.Files;
using Chatbox.Actors.Files.Cleaning;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Files;
using Chatbox.Node.Files;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Records;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Files.Uploads;
using Chatbox.Node.Identity;
using Chatbox.Node.Stores.Index;
using Chatbox.Node.Stores.Index.Sql;
using Chatbox.Node.Stores.Sqlite;
using Chatbox.Node.Telemetry;
using Chatbox.Tests.Property.Files;
using LinqToDB.Async;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Contract.Files;

/// <summary>The upload routes over real HTTP, with real records, a file store in memory and a judge that does as it is told.</summary>
internal sealed class UploadHost : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-upload-").FullName;
    private readonly SqliteIndexDatabase _database;
    private long _taken;

    private UploadHost(UploadHost? beside)
    {
        Store = beside?.Store ?? new MemoryFileStore();
        if (beside is not null)
        {
            _database = beside._database;
            return;
        }

        var file = SqliteHosting.ConnectionString(_folder);
        SqliteHosting.Prepare(file);
        _database = new SqliteIndexDatabase(file);
    }

    public TinyHost Host { get; private set; } = null!;

    public MemoryFileStore Store { get; }

    public ScriptedJudge Judge { get; } = new();

    /// <summary>The clock of the deadlines. Tokens are checked by the system's clock.</summary>
    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public IFileCleaning Cleaning => Host.Services.GetRequiredService<IFileCleaning>();

    /// <summary>The files of the spool that have a name.</summary>
    public IReadOnlyList<string> Spooled => Directory.Exists(SpoolFolder) ? Directory.GetFiles(SpoolFolder) : [];

    /// <summary>Bytes of request bodies that the node has taken from its server. The server drops what it still holds of a request that is cut.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    public string SpoolFolder => Path.Combine(_folder, "spool");

    /// <param name="beside">Another node, whose database and file store this one shares.</param>
    /// <param name="hasRealTime">Whether deadlines are those of the system's clock, instead of <see cref="Clock"/>.</param>
    public static async Task<UploadHost> Start(
        Func<UploadOptions, UploadOptions>? change = null,
        IFileStore? store = null,
        UploadHost? beside = null,
        bool hasRealTime = false
    )
    {
        var made = new UploadHost(beside);
        await IndexMigrations.Run(made._database, default);
        var options = new UploadOptions { SpoolFolder = made.SpoolFolder, Rate = long.MaxValue };
        made.Host = await TinyHost.Start(
            app =>
            {
                app.Use(
                    (http, next) =>
                    {
                        http.Request.Body = new CountedBody(http.Request.Body, read => Interlocked.Add(ref made._taken, read));
                        return next(http);
                    }
                );
                app.UseChatboxAccess();
                app.MapChatboxUploads(TinyHost.Prefix);
                app.MapGet($"{TinyHost.Prefix}/ordinary", () => "ok").ForUsers();
            },
            builder =>
            {
                var services = builder.Services;
                services.AddSingleton(hasRealTime ? TimeProvider.System : made.Clock);
                services.AddSingleton(new TokenValidator(new JwtOptions { Secret = TestNode.Secret }, TimeProvider.System));
                var limits = new RequestLimitOptions { Public = new RequestLimit(100_000, TimeSpan.FromMinutes(1)) };
                services.AddChatboxAccess(limits).AddSingleton<ICallLeases>(new ScriptedCallLeases(limits.Admin));
                services.AddTokenCookie([TinyHost.Prefix, UploadHosting.ReplacedRoute], ["https://chat.example.org"]);
                var metrics = new PrometheusMetrics();
                services.AddSingleton(metrics).AddSingleton(metrics.FileJudge);
                services.AddSingleton(store ?? made.Store).AddSingleton<IFileJudge>(made.Judge);
                services.AddSingleton<IFileAddresses>(new MemoryFiles());
                services.AddSingleton<IFileRecords>(new SqlFileRecords(made._database, PlainCipher.Instance));
                services.AddSingleton<IFileRemovals>(new SqlFileRemovals(made._database));
                services.AddSingleton<IOpenUploads>(new SqlOpenUploads(made._database, PlainCipher.Instance));
                services.AddSingleton<IFileInventory>(new SqlFileInventory(made._database));
                services.AddSingleton<StoreComparison>();
                services.AddSingleton<UploadParts>().AddSingleton<FileLibrary>();
                services.AddSingleton<IFileCleaning>(p => ActivatorUtilities.CreateInstance<FileCleaning>(p, options.KeepUnsent));
                services.AddChatboxUploads(change?.Invoke(options) ?? options);
                // A test that lets the time of a client pass must not let that of the disk pass.
                services.AddSingleton(new FileSpool(options.SpoolFolder, TimeProvider.System));
            }
        );
        return made;
    }

    /// <summary>Uploads a file as a form with a token in the header.</summary>
    public Task<RestAnswer> Upload(string user, byte[] content, string name = "notes.txt", string route = "/chatbox/upload") =>
        Send(route, Form(content, name), request => request.Headers.Authorization = Bearer(user));

    public async Task<RestAnswer> Send(string route, HttpContent body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = body };
        change?.Invoke(request);
        using var answer = await Host.Client.SendAsync(request);
        return await RestAnswer.Read(answer);
    }

    public static AuthenticationHeaderValue Bearer(string user) => new("Bearer", TestNode.Token(user));

    /// <summary>The form of the replaced service's pages.</summary>
    public static MultipartFormDataContent Form(byte[] content, string name = "notes.txt", string? session = null)
    {
        var form = new MultipartFormDataContent();
        if (session is not null)
            form.Add(new StringContent(session), "session_id");
        form.Add(new ByteArrayContent(content), "file", name);
        return form;
    }

    /// <summary>The records, by their states.</summary>
    public async Task<IReadOnlyList<FileRow>> Rows()
    {
        await using var db = _database.Connect();
        return await LinqToDB.DataExtensions.GetTable<FileRow>(db).ToListAsync();
    }

    /// <summary>Checks that no byte and no record of any upload is there.</summary>
    public async Task AssertNothing()
    {
        Assert.Empty(Spooled);
        Assert.Empty(Store.Objects);
        Assert.Empty(await Rows());
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class CountedBody(Stream body, Action<int> count) : ForwardStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            count(read);
            return read;
        }
    }
}
