using System.Text;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Errors;

namespace Chatbox.Node.Sealing;

/// <summary>
/// Checks the configured keys against the store before anything is read or written: a wrong key must stop the start, not each conversation.
/// Also keeps the <em>sealed mark</em>. The encrypted probe of a key says whether the whole store is encrypted. A new store gets the mark
/// when it first starts with a key, an older store through <c>rekey</c>. A marked store refuses clear text, because only an intruder with
/// access to the database can have written it.
/// </summary>
internal static class SealingStart
{
    private const string Key = "ENCRYPTION_KEYS";

    /// <summary>Content of the probe in a store that may contain clear text from before a key was set.</summary>
    private static readonly byte[] Unmarked = "chatbox"u8.ToArray();

    /// <summary>Content of the probe in a store that is encrypted completely.</summary>
    private static readonly byte[] Marked = "chatbox: all is sealed"u8.ToArray();

    /// <summary>Creates the node's cipher, and stores a probe of the first key for later starts.</summary>
    /// <exception cref="ConfigurationException">A key is missing or has the wrong bytes, or the store has lost its probes.</exception>
    public static IContentCipher Open(IReadOnlyList<SealingKey> keys, ISealingProbes probes, IStoredContent content)
    {
        IContentCipher cipher = keys.Count == 0 ? PlainCipher.Instance : new AesContentCipher(keys);
        var stored = probes.All();
        var errors = stored.Select(probe => Check(keys, cipher, probe)).OfType<ConfigurationError>().ToArray();
        if (errors.Length > 0)
            throw new ConfigurationException(errors);
        // Without this check an intruder could remove the probes to make the store accept clear text.
        if (stored.Count == 0 && content.HasSealed(everywhere: keys.Count > 0))
            throw new ConfigurationException([
                new ConfigurationError(
                    Key,
                    "the store contains encrypted content, but no record of its keys (sealing_keys): the record was deleted, or the copy of the store is incomplete. Restore it from a backup"
                ),
            ]);
        if (keys.Count == 0)
            return cipher;

        var marked = stored.Count == 0 ? !content.HasAny() : stored.Any(probe => IsMarked(cipher, probe));
        var first = stored.FirstOrDefault(probe => probe.KeyId == keys[0].Id);
        if (first is null || (marked && !IsMarked(cipher, first)))
            probes.Put(Probe(keys[0].Id, cipher, marked));
        return new AesContentCipher(keys, acceptsPlain: !marked);
    }

    /// <summary>
    /// Marks the store as encrypted with this key only, so that it refuses clear text. Call it after everything is encrypted with the key.
    /// </summary>
    public static void Mark(SealingKey first, IContentCipher cipher, ISealingProbes probes)
    {
        probes.Put(Probe(first.Id, cipher, marked: true));
        probes.RemoveAllBut(first.Id);
    }

    private static SealingProbe Probe(string keyId, IContentCipher cipher, bool marked) =>
        new(keyId, cipher.Seal(marked ? Marked : Unmarked, PlaceOf(keyId)));

    private static bool IsMarked(IContentCipher cipher, SealingProbe probe) =>
        cipher.Open(probe.Record, PlaceOf(probe.KeyId)).AsSpan().SequenceEqual(Marked);

    private static ConfigurationError? Check(IReadOnlyList<SealingKey> keys, IContentCipher cipher, SealingProbe probe)
    {
        if (keys.All(key => key.Id != probe.KeyId))
            return new ConfigurationError(
                Key,
                $"the key {probe.KeyId} is missing: the store contains content encrypted with it. Add the key again; run chatbox rekey to make it unnecessary"
            );
        try
        {
            cipher.Open(probe.Record, PlaceOf(probe.KeyId));
            return null;
        }
        catch (ContentSealedException)
        {
            return new ConfigurationError(Key, $"the key {probe.KeyId} differs from the key of that id that encrypted the store's content");
        }
    }

    private static byte[] PlaceOf(string keyId) => Encoding.UTF8.GetBytes($"probe {keyId}");
}
