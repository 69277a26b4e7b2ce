namespace Chatbox.Node.Sealing;

/// <summary>A few known bytes that a key has sealed: who opens them has that key.</summary>
internal sealed record SealingProbe(string KeyId, byte[] Record);

/// <summary>One probe of each key that has sealed anything in this store. In the store itself, so that a copy of it carries them along.</summary>
internal interface ISealingProbes
{
    IReadOnlyList<SealingProbe> All();

    /// <summary>Keeps the probe, in place of the one of that key if there is any.</summary>
    void Put(SealingProbe probe);

    /// <summary>From now on the store needs this key alone.</summary>
    void RemoveAllBut(string keyId);
}
