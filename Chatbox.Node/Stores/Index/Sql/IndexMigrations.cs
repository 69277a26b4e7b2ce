using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>
/// The tables of the index, version by version. A released version never changes; a later change is a new version.
/// </summary>
internal static class IndexMigrations
{
    private static readonly string[][] Versions =
    [
        [
            """
                CREATE TABLE sessions (
                  session_id {text} PRIMARY KEY, user_id {text} NOT NULL, seq bigint NOT NULL, name {blob} NOT NULL, model_id {text} NOT NULL,
                  start_time bigint NOT NULL, end_time bigint NOT NULL, last_activity bigint NOT NULL, duration bigint,
                  message_count integer NOT NULL, total_tokens bigint NOT NULL,
                  max_response_time bigint NOT NULL, total_response_time bigint NOT NULL, response_count integer NOT NULL,
                  help_requested boolean NOT NULL, admin_assisted boolean NOT NULL, assisting_admin_name {blob}
                )
                """,
            // One index for each order of a list. The id breaks ties, so that every row is a place where a page can begin.
            "CREATE INDEX sessions_of_user ON sessions (user_id, last_activity, session_id)",
            "CREATE INDEX sessions_by_user ON sessions (user_id, session_id)",
            "CREATE INDEX sessions_by_start ON sessions (start_time, session_id)",
            "CREATE INDEX sessions_by_end ON sessions (end_time, session_id)",
            "CREATE INDEX sessions_by_activity ON sessions (last_activity, session_id)",
            "CREATE INDEX sessions_by_duration ON sessions (duration, session_id)",
            "CREATE INDEX sessions_by_messages ON sessions (message_count, session_id)",
            "CREATE INDEX sessions_by_tokens ON sessions (total_tokens, session_id)",
            // Active sessions, which have the greatest number as their end: few, and needed by the cleaner and by lists in order of
            // duration.
            // SQLite would prefer sessions_by_end if end_time were not a column here too.
            "CREATE INDEX sessions_active ON sessions (end_time, last_activity, session_id) WHERE end_time = 9223372036854775807",
            """
                CREATE TABLE messages (
                  session_id {text} NOT NULL, seq bigint NOT NULL, message_id {text} NOT NULL, type {text} NOT NULL, sender {text} NOT NULL,
                  body {blob} NOT NULL, sent_at bigint NOT NULL, tokens bigint NOT NULL, response_time bigint, superseded boolean NOT NULL,
                  PRIMARY KEY (session_id, seq)
                )
                """,
            // A covering index of the time series of answers, so that the query never reads message rows.
            "CREATE INDEX messages_answers ON messages (sent_at, tokens, response_time) WHERE type = 'ai_response'",
            """
                CREATE TABLE session_words (
                  user_id {text} NOT NULL, word {blob} NOT NULL, session_id {text} NOT NULL, in_name boolean NOT NULL,
                  PRIMARY KEY (user_id, word, session_id, in_name)
                ) {clustered}
                """,
            "CREATE INDEX session_words_of_session ON session_words (session_id)",
            "CREATE TABLE shares (session_id {text} PRIMARY KEY, token {text} NOT NULL UNIQUE)",
            """
                CREATE TABLE intervals (
                  session_id {text} NOT NULL, started bigint NOT NULL, ended bigint NOT NULL, PRIMARY KEY (session_id, started)
                )
                """,
            "CREATE INDEX intervals_by_end ON intervals (ended, started)",
            """
                CREATE TABLE audit (
                  audit_id {identity}, at bigint NOT NULL, actor {text} NOT NULL, action {text} NOT NULL, session_id {text}, user_id {text},
                  detail {text} NOT NULL
                )
                """,
            "CREATE INDEX audit_by_time ON audit (at)",
            "CREATE INDEX audit_of_session ON audit (session_id, at)",
            "CREATE TABLE erased (session_id {text} PRIMARY KEY)",
        ],
        [
            // Null for a share that is valid until it is revoked, as all shares were before this version.
            "ALTER TABLE shares ADD COLUMN expires_at bigint",
            """
                CREATE TABLE withdrawals (
                  user_id {text} NOT NULL, token_id {text} NOT NULL, issued_before bigint NOT NULL, at bigint NOT NULL,
                  PRIMARY KEY (user_id, token_id)
                )
                """,
            "CREATE INDEX withdrawals_by_time ON withdrawals (at)",
        ],
    ];

    /// <summary>The version of the tables that this release reads and writes.</summary>
    public static int Current => Versions.Length;

    /// <summary>Migrates the tables to <see cref="Current"/>; several nodes may call it at the same time.</summary>
    /// <exception cref="InvalidDataException">A newer release has migrated the tables.</exception>
    public static async Task Run(IndexDatabase database, CancellationToken cancellationToken)
    {
        await using var db = database.Connect();
        db.CommandTimeout = 0; // no timeout: an interrupted migration is rolled back
        await using var transaction = await db.BeginTransactionAsync(cancellationToken);
        await database.LockSchema(db, cancellationToken);
        await db.ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY)", cancellationToken);
        var versions = await db.GetTable<SchemaVersionRow>().Select(row => row.Version).ToListAsync(cancellationToken);
        var found = versions.DefaultIfEmpty(0).Max();
        if (found > Current)
            throw new InvalidDataException(
                $"The index has version {found} of a newer release; this release supports versions up to {Current}."
            );
        if (found == Current)
            return;

        foreach (var statement in Versions.Skip(found).SelectMany(statements => statements))
            await db.ExecuteAsync(database.Translate(statement), cancellationToken);
        await db.GetTable<SchemaVersionRow>().DeleteAsync(cancellationToken);
        await db.InsertAsync(new SchemaVersionRow { Version = Current }, token: cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
