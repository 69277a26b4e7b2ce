using LinqToDB;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>
/// The tables of the index, version by version. A released version never changes; a later change is a new version.
/// </summary>
internal static class IndexMigrations
{
    /// <summary>The columns by which lists are sorted in version 7.</summary>
    private static readonly string[] Orders =
    [
        "start_time",
        "end_time",
        "last_activity",
        "duration",
        "message_count",
        "total_tokens",
        "user_id",
    ];

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
        [
            // The chain of the audit trail. Null in records of earlier releases, which stay outside the chain.
            "ALTER TABLE audit ADD COLUMN number bigint",
            "ALTER TABLE audit ADD COLUMN actor_kind {text}",
            "ALTER TABLE audit ADD COLUMN address {text}",
            "ALTER TABLE audit ADD COLUMN hash {blob}",
            "CREATE UNIQUE INDEX audit_by_number ON audit (number)",
            "CREATE INDEX audit_by_place ON audit (at, audit_id)",
            "CREATE INDEX audit_of_actor ON audit (actor, at, audit_id)",
            "CREATE INDEX audit_of_action ON audit (action, at, audit_id)",
            "CREATE INDEX audit_of_user ON audit (user_id, at, audit_id)",
            "CREATE TABLE audit_head (head_id integer PRIMARY KEY, number bigint NOT NULL, hash {blob} NOT NULL)",
            "{append_only_audit}",
            // The latest rating of each message; an empty message id stands for the whole session. An earlier release that erases a session
            // knows nothing of this table, so the database removes its rows.
            """
                CREATE TABLE ratings (
                  session_id {text} NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE, message_id {text} NOT NULL,
                  user_id {text} NOT NULL, seq bigint NOT NULL, vote {text} NOT NULL, comment {blob}, at bigint NOT NULL,
                  PRIMARY KEY (session_id, message_id)
                )
                """,
            "CREATE INDEX ratings_by_time ON ratings (at, session_id, message_id)",
            "CREATE INDEX ratings_of_user ON ratings (user_id, at, session_id, message_id)",
        ],
        [
            // Zero in rows of earlier releases, until the session is updated next.
            "ALTER TABLE sessions ADD COLUMN takeovers integer NOT NULL DEFAULT 0",
            "ALTER TABLE sessions ADD COLUMN help_requests integer NOT NULL DEFAULT 0",
            "ALTER TABLE sessions ADD COLUMN ratings_up integer NOT NULL DEFAULT 0",
            "ALTER TABLE sessions ADD COLUMN ratings_down integer NOT NULL DEFAULT 0",
        ],
        [
            """
                CREATE TABLE files (
                  file_id {text} PRIMARY KEY, user_id {text} NOT NULL, state {text} NOT NULL, name {blob} NOT NULL, mime_type {text} NOT NULL,
                  size bigint NOT NULL, width integer, height integer, at bigint NOT NULL
                )
                """,
            // Covers the sum of a user's bytes.
            "CREATE INDEX files_of_user ON files (user_id, state, size)",
            "CREATE INDEX files_by_state ON files (state, at, file_id)",
            """
                CREATE TABLE file_mentions (
                  session_id {text} NOT NULL, file_id {text} NOT NULL, at bigint NOT NULL, confirmed boolean NOT NULL,
                  PRIMARY KEY (session_id, file_id)
                )
                """,
            "CREATE INDEX file_mentions_of_file ON file_mentions (file_id, session_id)",
            "CREATE INDEX file_mentions_doubtful ON file_mentions (confirmed, at)",
        ],
        [
            """
                CREATE TABLE uploads (
                  upload_id {text} PRIMARY KEY, user_id {text} NOT NULL, state {text} NOT NULL, label {blob} NOT NULL,
                  length bigint NOT NULL, received bigint NOT NULL, at bigint NOT NULL
                )
                """,
            "CREATE INDEX uploads_of_user ON uploads (user_id, state, length)",
            "CREATE INDEX uploads_by_time ON uploads (at, upload_id)",
            """
                CREATE TABLE upload_parts (
                  part_id {text} PRIMARY KEY, upload_id {text} NOT NULL, place bigint NOT NULL, length bigint NOT NULL
                )
                """,
            "CREATE UNIQUE INDEX upload_parts_of_upload ON upload_parts (upload_id, place)",
        ],
        [
            // The tallies of metrics, and the minutes whose rows have changed since. The triggers come first: no row is written unseen.
            """
                CREATE TABLE tallies (
                  level integer NOT NULL, at bigint NOT NULL, change bigint NOT NULL, figures {blob} NOT NULL, PRIMARY KEY (level, at)
                ) {clustered}
                """,
            "CREATE TABLE tally_marks (minute bigint NOT NULL)",
            "CREATE INDEX tally_marks_by_minute ON tally_marks (minute)",
            "{mark_tallies}",
            $"""
                INSERT INTO tally_marks (minute)
                  SELECT {TallyTriggers.MinuteOf("start_time")} FROM sessions
                  UNION SELECT {TallyTriggers.MinuteOf("sent_at")} FROM messages WHERE type = 'ai_response'
                  UNION SELECT {TallyTriggers.MinuteOf("started")} FROM intervals
                  UNION SELECT {TallyTriggers.MinuteOf("ended")} FROM intervals WHERE ended <> 9223372036854775807
                """,
            "CREATE INDEX intervals_by_start ON intervals (started, ended)",
            // Lists of the few sessions that needed a person, one index for each order.
            .. Lists("assisted", "admin_assisted"),
            .. Lists("helped", "help_requested"),
        ],
        [
            // An earlier release that erases a session knows nothing of this table, so the database removes its rows.
            """
                CREATE TABLE answer_errors (
                  session_id {text} NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE, seq bigint NOT NULL, model_id {text} NOT NULL,
                  at bigint NOT NULL, PRIMARY KEY (session_id, seq)
                )
                """,
            // Covers the counts by model and step.
            "CREATE INDEX answer_errors_by_time ON answer_errors (at, model_id)",
        ],
    ];

    private static IEnumerable<string> Lists(string name, string condition) =>
        Orders.Select(order => $"CREATE INDEX {name}_by_{order} ON sessions ({order}, session_id) WHERE {condition}");

    /// <summary>
    /// The lowest version that a release must know to use the tables. Raise it, to the number of the new version, only with a change that is
    /// not additive: an earlier release then refuses the tables. New columns that are null or have a default, new tables and new indexes leave
    /// it, so that operators can go back to the previous release.
    /// </summary>
    private const int Required = 2;

    /// <summary>The version of the tables that this release reads and writes.</summary>
    public static int Current => Versions.Length;

    /// <summary>Migrates the tables to <see cref="Current"/>; several nodes may call it at the same time.</summary>
    /// <exception cref="InvalidDataException">A newer release has migrated the tables to a version that this release cannot use.</exception>
    public static Task Run(IndexDatabase database, CancellationToken cancellationToken) =>
        Run(database, Versions, Required, cancellationToken);

    /// <summary>Migrates the tables as a release does that knows <paramref name="versions"/>.</summary>
    internal static async Task Run(
        IndexDatabase database,
        IReadOnlyList<IReadOnlyList<string>> versions,
        int required,
        CancellationToken cancellationToken
    )
    {
        await using var db = database.ConnectForMigration();
        db.CommandTimeout = 0; // no timeout: an interrupted migration is rolled back
        await using var transaction = await db.BeginTransactionAsync(cancellationToken);
        await database.LockSchema(db, cancellationToken);
        var schema = await SchemaRows.Read(database, db, cancellationToken);
        if (schema.Required > versions.Count)
            throw new InvalidDataException(
                $"A newer release has migrated the index. Its tables need a release that knows version {schema.Required}; this release knows versions up to {versions.Count}."
            );
        if (schema.Version >= versions.Count)
            return;

        var statements = versions.Skip(schema.Version).SelectMany(statements => statements).ToList();
        foreach (var (i, statement) in statements.Index())
        {
            database.Migrating?.Invoke(i + 1, statements.Count);
            await db.ExecuteAsync(database.Translate(statement), cancellationToken);
        }

        await SchemaRows.Write(db, new Schema(versions.Count, Math.Max(schema.Required, required)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>All versions, for tests that play an earlier release.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>> All => Versions;
}
