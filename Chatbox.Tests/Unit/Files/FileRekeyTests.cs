using System.Security.Cryptography;
using Chatbox.Actors.Files;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Sealing;
using Chatbox.Tests.Property.Files;

namespace Chatbox.Tests.Unit.Files;

/// <summary>After it, files need only the first key, whatever they were before.</summary>
public sealed class FileRekeyTests
{
    private static readonly SealingKey Old = new("old", RandomNumberGenerator.GetBytes(32));
    private static readonly SealingKey New = new("new", RandomNumberGenerator.GetBytes(32));

    private readonly MemoryFileStore _inner = new();
    private readonly FileKey _plain = FileKey.Content(FileId.New());
    private readonly FileKey _older = FileKey.Thumbnail(FileId.New());
    private readonly FileKey _newer = FileKey.Part(FileId.New(), 7);

    private static AesContentCipher Cipher => new([New, Old]);

    [Fact]
    public async Task Clear_and_older_files_are_encrypted_once_and_all_stay_readable()
    {
        await Fill();

        Assert.Equal(2, await new FileRekey(_inner, Cipher).Run(default));
        Assert.Equal(0, await new FileRekey(_inner, Cipher).Run(default));

        var alone = new SealedFileStore(_inner, new AesContentCipher([New], acceptsPlain: false));
        foreach (var (key, content) in new[] { (_plain, "plain"), (_older, "older"), (_newer, "newer") })
            Assert.Equal(content, await Read(alone, key));
        Assert.All(_inner.Objects.Keys, key => Assert.StartsWith("sealed/", key.Value, StringComparison.Ordinal));
        Assert.Equal(3, _inner.Objects.Count);
    }

    [Fact]
    public async Task What_an_interrupted_write_or_check_left_is_removed()
    {
        await Fill();
        await _inner.Write(_newer, Content("newer, in clear text"), default);
        await _inner.Write(new FileKey("check/1"), Content("x"), default);

        await new FileRekey(_inner, Cipher).Run(default);

        Assert.Equal(3, _inner.Objects.Count);
        Assert.Equal("newer", await Read(new SealedFileStore(_inner, Cipher), _newer));
    }

    [Fact]
    public async Task File_in_clear_text_is_not_made_to_look_genuine_where_everything_was_encrypted()
    {
        await _inner.Write(_plain, Content("forged"), default);

        var failure = await Assert.ThrowsAsync<ContentSealedException>(() =>
            new FileRekey(_inner, new AesContentCipher([New, Old], acceptsPlain: false)).Run(default)
        );

        Assert.Contains($"{_plain}", failure.Message, StringComparison.Ordinal);
        Assert.Equal([_plain], _inner.Objects.Keys);
    }

    [Fact]
    public async Task Changed_file_is_named_and_left_as_it_is()
    {
        await Fill();
        var place = _inner.Objects.Keys.Single(key => key.Value == $"sealed/{_older}");
        _inner.Objects[place][^1] ^= 1;
        var before = _inner.Objects[place];

        var failure = await Assert.ThrowsAsync<ContentSealedException>(() => new FileRekey(_inner, Cipher).Run(default));

        Assert.Contains($"{_older}", failure.Message, StringComparison.Ordinal);
        Assert.Same(before, _inner.Objects[place]);
    }

    private async Task Fill()
    {
        await _inner.Write(_plain, Content("plain"), default);
        await new SealedFileStore(_inner, new AesContentCipher([Old])).Write(_older, Content("older"), default);
        await new SealedFileStore(_inner, Cipher).Write(_newer, Content("newer"), default);
    }

    private static MemoryStream Content(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));

    private static async Task<string> Read(IFileStore store, FileKey key)
    {
        await using var stream = await store.OpenRead(key, 0, null, default);
        using var reader = new StreamReader(stream!);
        return await reader.ReadToEndAsync();
    }
}
