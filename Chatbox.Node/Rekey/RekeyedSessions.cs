using System.Data.Common;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores.Index;
using Chatbox.Node.Stores.Sql;

namespace Chatbox.Node.Rekey;

/// <summary>
/// The index, one session at a time: names, messages and word hashes. A hash does not reveal its word, so the words are extracted again
/// from the name and the messages, and replaced unless they already have the hashes of the first key.
/// </summary>
internal sealed class RekeyedSessions(AesContentCipher cipher) : IRekeyedTable
{
    private readonly SealedColumns _columns = new(cipher);

    public string Name => "sessions";

    public IReadOnlyList<string> Key => ["session_id"];

    public string Columns => "session_id, user_id, name, assisting_admin_name";

    public int Batch => 10;

    public IReadOnlyList<DbCommand> Renew(IReadOnlyList<object> row, DbTransaction transaction)
    {
        var (session, user) = ((string)row[0], (string)row[1]);
        try
        {
            var commands = new List<DbCommand>();
            var words = new HashSet<(string Hash, bool InName)>();
            var name = (byte[])row[2];
            var admin = row[3] as byte[];
            Add(words, user, _columns.Read(session, SealedColumns.NoSeq, SealedColumns.Name, name), inName: true);
            if (IsOld(name) || IsOld(admin))
                commands.Add(
                    transaction.Command(
                        "UPDATE sessions SET name = @name, assisting_admin_name = @admin WHERE session_id = @session",
                        ("@name", Renew(session, SealedColumns.Name, name)),
                        ("@admin", admin is null ? DBNull.Value : Renew(session, SealedColumns.AdminName, admin)),
                        ("@session", session)
                    )
                );
            commands.AddRange(RenewMessages(session, user, words));
            commands.AddRange(RenewWords(session, user, words));
            commands.AddRange(RenewRatings(session));
            return commands;
        }
        catch (ContentSealedException e)
        {
            throw new ContentSealedException($"index, session {session}: {e.Message}", e);
        }

        List<DbCommand> RenewMessages(string session, string user, HashSet<(string, bool)> words)
        {
            var commands = new List<DbCommand>();
            using var select = transaction.Command(
                "SELECT seq, sender, body FROM messages WHERE session_id = @session",
                ("@session", session)
            );
            using var message = select.ExecuteReader();
            while (message.Read())
            {
                var (seq, body) = (message.GetInt64(0), message.GetFieldValue<byte[]>(2));
                var opened = _columns.ReadBody(session, seq, body);
                if (message.GetString(1) == PreparedUpdate.Owner)
                    Add(words, user, opened.Content, inName: false);
                if (IsOld(body))
                    commands.Add(
                        transaction.Command(
                            "UPDATE messages SET body = @body WHERE session_id = @session AND seq = @seq",
                            ("@body", _columns.Write(session, seq, opened)),
                            ("@session", session),
                            ("@seq", seq)
                        )
                    );
            }

            return commands;
        }

        List<DbCommand> RenewRatings(string session)
        {
            var commands = new List<DbCommand>();
            using var select = transaction.Command(
                "SELECT message_id, seq, comment FROM ratings WHERE session_id = @session AND comment IS NOT NULL",
                ("@session", session)
            );
            using var rating = select.ExecuteReader();
            while (rating.Read())
            {
                var (message, seq, comment) = (rating.GetString(0), rating.GetInt64(1), rating.GetFieldValue<byte[]>(2));
                var opened = _columns.Read(session, seq, SealedColumns.Comment, comment);
                if (IsOld(comment))
                    commands.Add(
                        transaction.Command(
                            "UPDATE ratings SET comment = @comment WHERE session_id = @session AND message_id = @message",
                            ("@comment", _columns.Write(session, seq, SealedColumns.Comment, opened)),
                            ("@session", session),
                            ("@message", message)
                        )
                    );
            }

            return commands;
        }

        List<DbCommand> RenewWords(string session, string user, HashSet<(string Hash, bool InName)> words)
        {
            using var select = transaction.Command(
                "SELECT word, in_name FROM session_words WHERE session_id = @session",
                ("@session", session)
            );
            using var word = select.ExecuteReader();
            var stored = new HashSet<(string, bool)>();
            while (word.Read())
                stored.Add((Convert.ToHexString(word.GetFieldValue<byte[]>(0)), word.GetBoolean(1)));
            if (stored.SetEquals(words))
                return [];
            return
            [
                transaction.Command("DELETE FROM session_words WHERE session_id = @session", ("@session", session)),
                .. words.Select(w =>
                    transaction.Command(
                        "INSERT INTO session_words (user_id, word, session_id, in_name) VALUES (@user, @word, @session, @in_name)",
                        ("@user", user),
                        ("@word", Convert.FromHexString(w.Hash)),
                        ("@session", session),
                        ("@in_name", w.InName)
                    )
                ),
            ];
        }
    }

    private void Add(HashSet<(string, bool)> words, string user, string text, bool inName)
    {
        foreach (var word in SearchWords.OfText(text))
            words.Add((Convert.ToHexString(cipher.WordHash(user, word)), inName));
    }

    private byte[] Renew(string session, string column, byte[] value) =>
        _columns.Write(session, SealedColumns.NoSeq, column, _columns.Read(session, SealedColumns.NoSeq, column, value));

    private bool IsOld(byte[]? value) =>
        value is not null && (!SealedColumns.IsSealed(value, out var record) || !cipher.IsByFirstKey(record));
}
