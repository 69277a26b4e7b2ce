using Chatbox.Node.Stores;

namespace Chatbox.Node.Sealing;

/// <summary>A few known bytes that a key has sealed: who opens them has that key.</summary>
internal sealed record SealingProbe(string KeyId, byte[] Record);

/// <summary>One probe of each key that has sealed anything in this store. In the store itself, so that a copy of it carries them along.</summary>
internal sealed class SealingProbes(NodeStore store)
{
    /// <summary>The table, for <see cref="NodeStore.Prepare"/> to make, in the words of <c>IndexDatabase.Translate</c>.</summary>
    public const string Table = "CREATE TABLE IF NOT EXISTS sealing_keys (key_id {text} NOT NULL PRIMARY KEY, probe {blob} NOT NULL)";

    public IReadOnlyList<SealingProbe> All()
    {
        using var connection = store.Open();
        using var command = connection.Command("SELECT key_id, probe FROM sealing_keys ORDER BY key_id");
        using var reader = command.ExecuteReader();
        var probes = new List<SealingProbe>();
        while (reader.Read())
            probes.Add(new SealingProbe(reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        return probes;
    }

    /// <summary>Keeps the probe unless there is one of that key.</summary>
    public void Add(SealingProbe probe) =>
        Run(
            "INSERT INTO sealing_keys (key_id, probe) VALUES (@id, @probe) ON CONFLICT (key_id) DO NOTHING",
            ("@id", probe.KeyId),
            ("@probe", probe.Record)
        );

    /// <summary>From now on the store needs this key alone.</summary>
    public void RemoveAllBut(string keyId) => Run("DELETE FROM sealing_keys WHERE key_id <> @id", ("@id", keyId));

    private void Run(string text, params (string Name, object Value)[] parameters)
    {
        using var connection = store.Open();
        connection.Execute(text, parameters);
    }
}
