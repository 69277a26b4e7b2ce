using System.Security.Cryptography;
using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Rekey;
using Chatbox.Node.Sealing;
using Chatbox.Tests.Property.Files;

namespace Chatbox.Tests.Unit.Files;

/// <summary><c>rekey</c> and the bytes of files.</summary>
public sealed class RekeyedFilesTests
{
    private static readonly SealingKey One = new("one", [.. Enumerable.Repeat((byte)1, SealingKey.Length)]);
    private static readonly SealingKey Two = new("two", [.. Enumerable.Repeat((byte)2, SealingKey.Length)]);

    private readonly MemoryFileStore _store = new();

    [Fact]
    public async Task Every_file_needs_the_first_key_only_whatever_it_was_encrypted_with()
    {
        var files = new Dictionary<FileKey, byte[]>();
        foreach (var writer in new IFileStore[] { _store, Sealed([One]), Sealed([Two]) })
        foreach (var key in new[] { FileKey.Content(FileId.New()), FileKey.Thumbnail(FileId.New()), FileKey.Part(FileId.New(), 12) })
        {
            files[key] = RandomNumberGenerator.GetBytes(150_000);
            await writer.Write(key, new MemoryStream(files[key]), default);
        }

        Assert.Contains("9 objects, 6 of them rewritten", await Rekey(), StringComparison.Ordinal);

        var after = new SealedFileStore(_store, new AesContentCipher([Two], acceptsPlain: false));
        foreach (var (key, content) in files)
        {
            await using var read = await after.OpenRead(key, 0, null, default);
            using var bytes = new MemoryStream();
            await read!.CopyToAsync(bytes);
            Assert.Equal(content, bytes.ToArray());
        }

        Assert.All(_store.Objects.Keys, key => Assert.StartsWith("sealed/", key.Value, StringComparison.Ordinal));
        Assert.Contains("9 objects, 0 of them rewritten", await Rekey(), StringComparison.Ordinal);
    }

    private async Task<string> Rekey()
    {
        using var progress = new StringWriter();
        await new RekeyedFiles(_store, new AesContentCipher([Two, One]), progress).Run(default);
        return progress.ToString();
    }

    private SealedFileStore Sealed(IReadOnlyList<SealingKey> keys) => new(_store, new AesContentCipher(keys));
}
