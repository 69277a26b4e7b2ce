using System.Text;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Configuration;
using Chatbox.Node.Configuration.Settings;

namespace Chatbox.Node.Sealing;

/// <summary>
/// Compares the configured keys with those that the store was sealed with, before anything is read or written: a wrong key must stop the
/// start, not one conversation after the other.
/// </summary>
internal static class SealingStart
{
    private static readonly string Key = StoreSettings.EncryptionKeys.Key;

    private static readonly byte[] Plain = "chatbox"u8.ToArray();

    /// <summary>The node's cipher. Leaves a probe of the first key in the store, for the next starts.</summary>
    /// <exception cref="ConfigurationException">A key is missing, or is not the one it is called.</exception>
    public static IContentCipher Open(IReadOnlyList<SealingKey> keys, ISealingProbes probes)
    {
        IContentCipher cipher = keys.Count == 0 ? PlainCipher.Instance : new AesContentCipher(keys);
        var errors = probes.All().Select(probe => Check(keys, cipher, probe)).OfType<ConfigurationError>().ToArray();
        if (errors.Length > 0)
            throw new ConfigurationException(errors);
        if (keys.Count > 0)
            probes.Add(new SealingProbe(keys[0].Id, cipher.Seal(Plain, PlaceOf(keys[0].Id))));
        return cipher;
    }

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
