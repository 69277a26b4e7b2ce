namespace Chatbox.Node.Stores.Postgres;

/// <summary>
/// The tables of journal and snapshots in the default mapping of Akka.Persistence.Sql. They are created here, because nodes that start at
/// the same time would race for them, and without those indexes that no query uses.
/// </summary>
internal static class PostgresTables
{
    public static IReadOnlyList<string> Statements { get; } =
    [
        // The unique constraint is the last defense against two writers of one session: the second write fails, and its writer stops.
        """
            CREATE TABLE IF NOT EXISTS journal (
              ordering bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, created bigint NOT NULL, deleted boolean NOT NULL,
              persistence_id text COLLATE "C" NOT NULL, sequence_number bigint NOT NULL, message bytea NOT NULL, manifest text,
              identifier integer, writer_uuid text, UNIQUE (persistence_id, sequence_number)
            )
            """,
        // No event has tags, but deletions query this table.
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
        // Events below a snapshot are deleted, so the unique constraint alone would let a writer that stopped long ago, such as a paused node,
        // write at their places. The snapshot outlives them.
        """
            DO $do$ BEGIN
              IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'refuse_deleted_place' AND tgrelid = 'journal'::regclass) THEN
                CREATE OR REPLACE FUNCTION refuse_deleted_place() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
                  IF EXISTS (SELECT 1 FROM snapshot WHERE persistence_id = NEW.persistence_id AND sequence_number >= NEW.sequence_number) THEN
                    RAISE unique_violation USING MESSAGE = 'duplicate key: a snapshot covers this place of the journal';
                  END IF;
                  RETURN NEW;
                END $body$;
                CREATE TRIGGER refuse_deleted_place BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION refuse_deleted_place();
              END IF;
            END $do$
            """,
    ];
}
