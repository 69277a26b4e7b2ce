using Chatbox.Actors.Files;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Sealing;

namespace Chatbox.Node.Rekey;

/// <summary>
/// Encrypts the bytes of all files with the first key, unless they already are: one file after the other, with constant memory. A file is
/// replaced as a whole, so an interruption leaves it readable.
/// </summary>
internal sealed class RekeyedFiles(IFileStore store, AesContentCipher cipher, TextWriter progress)
{
    private const int FilesToALine = 1000;

    private static readonly string[] Kinds = ["content/", "thumbnail/", "part/"];

    private readonly SealedFileStore _sealed = new(store, cipher);

    /// <exception cref="Actors.Sealing.ContentSealedException">A file cannot be decrypted; those before it are done.</exception>
    /// <exception cref="FileStoreUnavailableException">The store does not respond.</exception>
    public async Task Run(CancellationToken cancellationToken)
    {
        var (read, renewed) = (0, 0);
        foreach (var kind in Kinds)
        await foreach (var found in _sealed.List(kind, cancellationToken))
        {
            renewed += await Renew(found.Key, cancellationToken) ? 1 : 0;
            if (++read % FilesToALine == 0)
                await progress.WriteLineAsync($"file store: {read} objects, {renewed} of them rewritten …");
        }

        await progress.WriteLineAsync($"file store: {read} objects, {renewed} of them rewritten.");
    }

    private async Task<bool> Renew(FileKey key, CancellationToken cancellationToken)
    {
        if (await _sealed.FindKeyRecord(key, cancellationToken) is { } record && cipher.IsByFirstKey(record))
            return false;
        await using var content = await _sealed.OpenRead(key, 0, null, cancellationToken);
        if (content is null)
            return false; // in clear text, in a store that is marked as encrypted: nobody can read it
        await _sealed.Write(key, content, cancellationToken);
        return true;
    }
}
