using System.Text;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Errors;

namespace Chatbox.Node.Sealing;

/// <summary>
/// Compares the configured keys with those that the store was sealed with, before anything is read or written: a wrong key must stop the
/// start, not one conversation after the other. Also keeps the <em>sealed mark</em>: the probe of a key says, sealed with that key, whether
/// the whole store is. A new store is marked at its first start with a key, an older one by <c>rekey</c>. From then on content in clear text
/// is refused, because only somebody who wrote to the database behind the node's back can have put it there.
/// </summary>
internal static class SealingStart
{
    private const string Key = "ENCRYPTION_KEYS";

    /// <summary>What a probe says of a store that may hold content from before there was a key.</summary>
    private static readonly byte[] Unmarked = "chatbox"u8.ToArray();

    /// <summary>What a probe says of a store that is sealed as a whole.</summary>
    private static readonly byte[] Marked = "chatbox: all is sealed"u8.ToArray();

    /// <summary>The node's cipher. Leaves a probe of the first key in the store, for the next starts.</summary>
    /// <exception cref="ConfigurationException">A key is missing, or is not the one it is called, or the store has lost its probes.</exception>
    public static IContentCipher Open(IReadOnlyList<SealingKey> keys, ISealingProbes probes, IStoredContent content)
    {
        IContentCipher cipher = keys.Count == 0 ? PlainCipher.Instance : new AesContentCipher(keys);
        var stored = probes.All();
        var errors = stored.Select(probe => Check(keys, cipher, probe)).OfType<ConfigurationError>().ToArray();
        if (errors.Length > 0)
            throw new ConfigurationException(errors);
        // Somebody who removes the probes must not get a store that takes clear text again.
        if (stored.Count == 0 && content.HasSealed(everywhere: keys.Count > 0))
            throw new ConfigurationException([
                new ConfigurationError(
                    Key,
                    "the store holds sealed content, but the record of its keys (sealing_keys) is gone: somebody has removed it, or the copy of the store is incomplete. Bring it back from a backup"
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

    /// <summary>From now on the store needs this key alone, and refuses content in clear text. To be called when all of it is sealed with the key.</summary>
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
                $"the key {probe.KeyId} is missing: the store holds content that it has sealed. Set it again; chatbox rekey makes it dispensable"
            );
        try
        {
            cipher.Open(probe.Record, PlaceOf(probe.KeyId));
            return null;
        }
        catch (ContentSealedException)
        {
            return new ConfigurationError(Key, $"the key {probe.KeyId} is not the one that the store's content was sealed with");
        }
    }

    private static byte[] PlaceOf(string keyId) => Encoding.UTF8.GetBytes($"probe {keyId}");
}
