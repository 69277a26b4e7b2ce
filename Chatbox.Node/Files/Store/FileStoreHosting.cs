using System.Security.Cryptography;
using System.Text;
using Chatbox.Actors.Files;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Errors;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Files.Store;

/// <summary>Registers the store of files and what signs their addresses.</summary>
internal static class FileStoreHosting
{
    private const int SecretBytes = 32;

    /// <summary>The store that the settings name, without encryption and measurement.</summary>
    /// <exception cref="StartupException">The folder cannot be created or written.</exception>
    public static IFileStore Open(FileStoreOptions options, TimeProvider clock)
    {
        try
        {
            return options switch
            {
                { S3: { } s3 } => new S3FileStore(s3, clock),
                { Folder: { } folder } => new LocalFileStore(folder, clock),
                _ => new UnsharedFileStore(),
            };
        }
        catch (FileStoreUnavailableException e)
        {
            throw new StartupException("FILES_DIR", $"{options.Folder} cannot be used: {e.InnerException?.Message}", e);
        }
    }

    /// <summary>Adds the store, encrypted if a key is set, its checks, and the addresses of files. Needs the cipher and the metrics.</summary>
    public static IServiceCollection AddChatboxFileStore(this IServiceCollection services, FileStoreOptions options, IFileStore store)
    {
        services
            .AddSingleton(options)
            .AddSingleton<IFileStore>(provider =>
            {
                var measured = new MeasuredFileStore(store, MetricsOf(provider), provider.GetRequiredService<TimeProvider>());
                var cipher = provider.GetRequiredService<IContentCipher>();
                return cipher.IsSealing ? new SealedFileStore(measured, cipher) : measured;
            })
            .AddSingleton(provider => new FileAddresses(
                SecretOf(options),
                options.UrlPrefix,
                options.UrlLifetime,
                provider.GetRequiredService<TimeProvider>()
            ))
            .AddSingleton<IFileAddresses>(provider => provider.GetRequiredService<FileAddresses>());
        // Settings that name no store are warned of at the start; there is nothing to check.
        if (store is not UnsharedFileStore)
            services
                .AddSingleton(provider => ActivatorUtilities.CreateInstance<FileStoreWatch>(provider, MetricsOf(provider)))
                .AddHostedService(provider => provider.GetRequiredService<FileStoreWatch>());
        return services;
    }

    private static FileStoreMetrics MetricsOf(IServiceProvider provider) => provider.GetRequiredService<PrometheusMetrics>().FileStore;

    private static byte[] SecretOf(FileStoreOptions options) =>
        options.UrlSecret is { } secret ? Encoding.UTF8.GetBytes(secret) : RandomNumberGenerator.GetBytes(SecretBytes);
}
