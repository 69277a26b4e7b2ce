using Chatbox.Messages;
using Chatbox.Node;
using Chatbox.Node.Configuration;
using Chatbox.Node.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Harness;

/// <summary>A complete node in this process, on a free loopback port, with its own data folder.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    public const string Secret = "Rk3vLx9QpT7wYz2BnM5cHd8JfG1sA4eU";

    private readonly WebApplication _app;
    private readonly bool _ownsData;

    private TestNode(WebApplication app, NodeOptions options, Uri address, bool ownsData)
    {
        (_app, Options, Address, _ownsData) = (app, options, address, ownsData);
        Http = new HttpClient { BaseAddress = address };
    }

    public NodeOptions Options { get; }

    /// <summary>Scheme, host and port of the node.</summary>
    public Uri Address { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a node and waits until it is ready.</summary>
    /// <param name="settings">Settings by environment name that override <see cref="Settings"/>.</param>
    /// <param name="untilReady">Whether to wait until the node is ready; otherwise only until it listens.</param>
    /// <param name="dataDirectory">A data folder that stays after the node has stopped; null for a temporary one.</param>
    public static async Task<TestNode> Start(
        IReadOnlyDictionary<string, string>? settings = null,
        string? dataDirectory = null,
        TimeProvider? clock = null,
        bool untilReady = true
    )
    {
        var data = dataDirectory ?? Directory.CreateTempSubdirectory("chatbox-test-").FullName;
        var environment = Settings(data, port: 0);
        foreach (var (key, value) in settings ?? new Dictionary<string, string>())
            environment[key] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(environment!).Build();
        var options = ConfigurationLoader.Load(configuration, data);
        var app = await NodeHost.Build(options, clock);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var node = new TestNode(app, options, new Uri(address), dataDirectory is null);
        if (untilReady)
            await Ready.Wait(node.Http, options.Server.PathPrefix);
        return node;
    }

    /// <summary>The settings that every test node has, in this process or in its own.</summary>
    public static Dictionary<string, string> Settings(string dataDirectory, int port) =>
        new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["SERVER_HOST"] = "127.0.0.1",
            ["SERVER_PORT"] = $"{port}",
            ["OPERATOR_PORT"] = "0",
            ["DRAIN_DELAY"] = "0",
            ["DATA_DIR"] = dataDirectory,
            ["JWT_SECRET"] = Secret,
            ["LOG_LEVEL"] = "error",
        };

    /// <summary>A token that is signed with the node's secret.</summary>
    public static string Token(string user, params string[] roles) =>
        new TokenIssuer(Secret, TimeProvider.System).Issue(new UserId(user), roles, null, TimeSpan.FromHours(1));

    /// <summary>Opens a socket for this user.</summary>
    /// <param name="query">Further query parameters, such as <c>last_seq=0</c>.</param>
    public Task<TestClient> Connect(string user, string query = "") => TestClient.Connect(Address, Token(user), query);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsData)
            Directory.Delete(Options.Store.DataDirectory, recursive: true);
    }
}
