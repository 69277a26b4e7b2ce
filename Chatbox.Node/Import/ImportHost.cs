using Akka.Hosting;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions.Import;
using Chatbox.Node.Configuration;
using Chatbox.Node.Errors;
using Chatbox.Node.Logging;
using Chatbox.Node.Start;
using Chatbox.Node.Stores;
using Chatbox.Node.Stores.Index;
using Chatbox.Node.Telemetry;
using Microsoft.Extensions.Logging.Console;

namespace Chatbox.Node.Import;

/// <summary>A host with the journal and the index of the configured store, without the other parts of a node.</summary>
internal sealed class ImportHost : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly IHost _host;

    private ImportHost(DataFolder folder, IHost host) => (_folder, _host) = (folder, host);

    public SessionImporter Importer => _host.Services.CreateSessionImporter();

    /// <exception cref="ConfigurationException">A key that the stored content needs is missing or wrong.</exception>
    /// <exception cref="StartupException">The store cannot be used, for example because a node uses the same data folder.</exception>
    public static async Task<ImportHost> Start(NodeOptions options, CancellationToken cancellationToken)
    {
        var folder = DataFolder.Take(options.Store.DataDirectory);
        try
        {
            var store = options.Store.Create();
            var opening = new StoreOpening(store, options.SealingKeys, TimeSpan.Zero, TimeProvider.System);
            var host = Build(options, store, await opening.Once(hold: false, cancellationToken));
            await host.StartAsync(cancellationToken);
            return new ImportHost(folder, host);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _folder.Dispose();
    }

    private static IHost Build(NodeOptions options, NodeStore store, IContentCipher cipher)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = options.EnvironmentName });
        builder.Logging.AddChatboxLogging(LogLevel.Warning, options.Logging.Format == LogFormat.Json);
        // Standard output is reserved for the summary.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(cipher);
        builder.Services.AddSingleton(options.Sessions);
        builder.Services.AddHealthChecks(); // Akka.Hosting registers checks of its own and needs the service
        builder.Services.AddChatboxMetrics().AddSessionIndex(store);
        builder.Services.AddAkka("chatbox", (akka, provider) => store.AddPersistence(akka.WithHostLogging()).WithSessionImport(provider));
        return builder.Build();
    }
}
