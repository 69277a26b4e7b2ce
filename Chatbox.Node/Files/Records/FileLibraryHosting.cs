using Chatbox.Actors.Files;
using Chatbox.Actors.Files.Cleaning;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Files.Records;

/// <summary>Registers the files of the service.</summary>
internal static class FileLibraryHosting
{
    /// <summary>Adds the library and its cleaning. Needs the cipher and the file store; the index creates the tables.</summary>
    /// <param name="keepUnsent">How long a file is kept that no session mentions.</param>
    public static IServiceCollection AddFileLibrary(this IServiceCollection services, NodeStore store, TimeSpan keepUnsent) =>
        services
            .AddSingleton(provider => store.CreateFileRecords(provider.GetRequiredService<IContentCipher>()))
            .AddSingleton(_ => store.CreateFileRemovals())
            .AddSingleton(provider => store.CreateOpenUploads(provider.GetRequiredService<IContentCipher>()))
            .AddSingleton(_ => store.CreateFileInventory())
            .AddSingleton<UploadParts>()
            .AddSingleton<StoreComparison>()
            .AddSingleton<FileLibrary>()
            .AddSingleton<IFileLibrary>(provider => provider.GetRequiredService<FileLibrary>())
            .AddSingleton<IFileCleaning>(provider => ActivatorUtilities.CreateInstance<FileCleaning>(provider, keepUnsent));
}
