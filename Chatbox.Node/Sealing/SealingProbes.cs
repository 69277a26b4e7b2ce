using Microsoft.Data.Sqlite;

namespace Chatbox.Node.Sealing;

/// <summary>A few known bytes that a key has sealed: who opens them has that key.</summary>
internal sealed record SealingProbe(string KeyId, byte[] Record);

/// <summary>One probe of each key that has sealed anything in this store. In the store itself, so that a copy of it carries them along.</summary>
internal sealed class SealingProbes(string connectionString)
{
    public IReadOnlyList<SealingProbe> All()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT key_id, probe FROM sealing_keys ORDER BY key_id";
        using var reader = command.ExecuteReader();
        var probes = new List<SealingProbe>();
        while (reader.Read())
            probes.Add(new SealingProbe(reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        return probes;
    }

    /// <summary>Keeps the probe unless there is one of that key.</summary>
    public void Add(SealingProbe probe) =>
        Run("INSERT OR IGNORE INTO sealing_keys (key_id, probe) VALUES ($id, $probe)", ("$id", probe.KeyId), ("$probe", probe.Record));

    /// <summary>From now on the store needs this key alone.</summary>
    public void RemoveAllBut(string keyId) => Run("DELETE FROM sealing_keys WHERE key_id <> $id", ("$id", keyId));

    private void Run(string text, params (string Name, object Value)[] parameters)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS sealing_keys (key_id TEXT NOT NULL PRIMARY KEY, probe BLOB NOT NULL)";
        command.ExecuteNonQuery();
        return connection;
    }
}
