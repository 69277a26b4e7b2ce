namespace Chatbox.Node.Stores.Postgres;

/// <summary>
/// The tables of journal and snapshots as Akka.Persistence.Sql's default mapping names them. Made here and not by that package, because
/// nodes that start together would race for them; without its indexes that no query of ours uses.
/// </summary>
internal static class PostgresTables
{
    public static IReadOnlyList<string> Statements { get; } =
    [
        // The unique place is the last line against two writers of one session: the second one's write fails, and that writer stops.
        """
            CREATE TABLE IF NOT EXISTS journal (
              ordering bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, created bigint NOT NULL, deleted boolean NOT NULL,
              persistence_id text COLLATE "C" NOT NULL, sequence_number bigint NOT NULL, message bytea NOT NULL, manifest text,
              identifier integer, writer_uuid text, UNIQUE (persistence_id, sequence_number)
            )
            """,
        // Nothing is tagged, but a deletion looks here.
        """
            CREATE TABLE IF NOT EXISTS tags (
              ordering_id bigint NOT NULL, tag text NOT NULL, sequence_nr bigint NOT NULL, persistence_id text COLLATE "C" NOT NULL,
              PRIMARY KEY (ordering_id, tag)
            )
            """,
        "CREATE INDEX IF NOT EXISTS tags_of_row ON tags (persistence_id, sequence_nr)",
        """
            CREATE TABLE IF NOT EXISTS snapshot (
              persistence_id text COLLATE "C" NOT NULL, sequence_number bigint NOT NULL, created bigint NOT NULL, snapshot bytea,
              manifest text, serializer_id integer, PRIMARY KEY (persistence_id, sequence_number)
            )
            """,
    ];
}
