using Chatbox.Node.Sealing;

namespace Chatbox.Node.Stores.Sql;

/// <summary>The encryption probes in SQL.</summary>
internal sealed class SqlSealingProbes(SqlStore store) : ISealingProbes
{
    /// <summary>Statement that creates the table, for <c>IndexDatabase.Translate</c>.</summary>
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

    public void Put(SealingProbe probe) =>
        Run(
            "INSERT INTO sealing_keys (key_id, probe) VALUES (@id, @probe) ON CONFLICT (key_id) DO UPDATE SET probe = excluded.probe",
            ("@id", probe.KeyId),
            ("@probe", probe.Record)
        );

    public void RemoveAllBut(string keyId) => Run("DELETE FROM sealing_keys WHERE key_id <> @id", ("@id", keyId));

    private void Run(string text, params (string Name, object Value)[] parameters)
    {
        using var connection = store.Open();
        connection.Execute(text, parameters);
    }
}
