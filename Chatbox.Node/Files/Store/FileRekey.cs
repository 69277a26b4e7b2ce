using Chatbox.Actors.Files;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Sealing;

namespace Chatbox.Node.Files.Store;

/// <summary>
/// Encrypts all stored files with the first key: those in clear text from before a key was set, and those of earlier keys. After an
/// interruption a further run continues; each object is whole and readable at any time.
/// </summary>
/// <param name="inner">The store as it is, without encryption.</param>
internal sealed class FileRekey(IFileStore inner, AesContentCipher cipher)
{
    private readonly SealedFileStore _sealed = new(inner, cipher);

    /// <returns>Number of objects that were written anew.</returns>
    /// <exception cref="ContentSealedException">An object cannot be decrypted, or is in clear text in a store that refuses it; the message names it.</exception>
    /// <exception cref="FileStoreUnavailableException">The store does not respond.</exception>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        var renewed = 0;
        await foreach (var found in inner.List("", cancellationToken))
        {
            try
            {
                if (await Renew(found.Key, cancellationToken))
                    renewed++;
            }
            catch (ContentSealedException e)
            {
                throw new ContentSealedException($"file {found.Key}: {e.Message}", e);
            }
        }

        return renewed;
    }

    private async Task<bool> Renew(FileKey place, CancellationToken cancellationToken)
    {
        var key = SealedFileStore.KeyOf(place);
        var record = await _sealed.KeyRecord(key ?? place, cancellationToken);
        if (key is null && (record is not null || IsCheck(place)))
        {
            // Left by a write, or a check, that a crash interrupted at its end.
            await inner.Delete(place, cancellationToken);
            return false;
        }

        if (key is null && !cipher.AcceptsPlain)
            throw new ContentSealedException("it is in clear text, and everything was encrypted: somebody else has put it there.");
        if (record is not null && cipher.IsByFirstKey(record))
            return false;
        await using var content = await _sealed.OpenRead(key ?? place, 0, null, cancellationToken);
        if (content is null)
            return false;
        await _sealed.Write(key ?? place, content, cancellationToken);
        return true;
    }

    private static bool IsCheck(FileKey place) => place.Value.StartsWith("check/", StringComparison.Ordinal);
}
