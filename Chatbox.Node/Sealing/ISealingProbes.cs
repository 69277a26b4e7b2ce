namespace Chatbox.Node.Sealing;

/// <summary>Known bytes that a key encrypted. Decrypting them proves that a key is the same.</summary>
internal sealed record SealingProbe(string KeyId, byte[] Record);

/// <summary>The probes of all keys that encrypted anything in this store. They are in the store, so that a backup contains them.</summary>
internal interface ISealingProbes
{
    IReadOnlyList<SealingProbe> All();

    /// <summary>Stores the probe of a key, and replaces an earlier probe of the same key.</summary>
    void Put(SealingProbe probe);

    /// <summary>Removes the probes of all other keys: the store needs this key only.</summary>
    void RemoveAllBut(string keyId);
}
