using System.Security.Cryptography;
using Chatbox.Actors.Files;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Sealing;

namespace Chatbox.Tests.Contract.Files;

/// <summary>A local store, encrypted if asked for, that can be away or have addresses of its own.</summary>
internal sealed class SwitchedStore : IFileStore, IDisposable
{
    private static readonly IContentCipher Cipher = new AesContentCipher([new SealingKey("a", RandomNumberGenerator.GetBytes(32))]);

    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-files-").FullName;
    private readonly LocalFileStore _plain;

    public SwitchedStore() => _plain = new LocalFileStore(_folder, TimeProvider.System);

    public bool IsSealed { get; set; }

    public bool Fails { get; set; }

    public Uri? Address { get; set; }

    private IFileStore Inner =>
        Fails ? throw new FileStoreUnavailableException("away")
        : IsSealed ? new SealedFileStore(_plain, Cipher)
        : _plain;

    public Task Write(FileKey key, Stream content, CancellationToken cancellationToken) => Inner.Write(key, content, cancellationToken);

    public Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken) =>
        Inner.OpenRead(key, offset, length, cancellationToken);

    public Task Delete(FileKey key, CancellationToken cancellationToken) => Inner.Delete(key, cancellationToken);

    public IAsyncEnumerable<StoredObject> List(string prefix, CancellationToken cancellationToken) => Inner.List(prefix, cancellationToken);

    public ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken) => new(Address);

    public Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task Check(CancellationToken cancellationToken) => Inner.Check(cancellationToken);

    public void Dispose()
    {
        _plain.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
