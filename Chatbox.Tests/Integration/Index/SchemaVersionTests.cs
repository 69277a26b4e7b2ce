using Chatbox.Node.Stores.Index.Sql;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using LinqToDB.SchemaProvider;

namespace Chatbox.Tests.Integration.Index;

/// <summary>Which release may use which tables: operators must be able to go back to the previous release.</summary>
[Collection(IndexCollection.Name)]
public sealed class SchemaVersionTests(IndexStores stores)
{
    /// <summary>The version that releases know which read only <c>schema_version</c>.</summary>
    private const int Oldest = 2;

    private static readonly string[] Additive =
    [
        "ALTER TABLE shares ADD COLUMN later {text}",
        "CREATE TABLE later (id {text} PRIMARY KEY)",
    ];

    [Theory, OnSqlite, OnPostgres]
    public async Task Release_runs_on_tables_that_a_newer_release_has_added_to(IndexStore store)
    {
        var index = await stores.Open(store);
        await IndexMigrations.Run(index.Database, [.. IndexMigrations.All, Additive], required: Oldest, default);

        await index.Index.Migrate(default);

        await index.Apply(IndexSamples.Session().At(1));
        Assert.Single(await index.List(new()));
        await using var db = index.Database.Connect();
        Assert.Equal([IndexMigrations.Current + 1], await db.GetTable<SchemaMigratedRow>().Select(row => row.Version).ToListAsync());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Newer_release_continues_where_it_was_after_the_older_one_ran(IndexStore store)
    {
        var index = await stores.Open(store);
        IReadOnlyList<IReadOnlyList<string>> newer = [.. IndexMigrations.All, Additive];
        await IndexMigrations.Run(index.Database, newer, Oldest, default);
        await index.Index.Migrate(default);

        // Would fail if it added the column a second time.
        await IndexMigrations.Run(index.Database, newer, Oldest, default);
        await IndexMigrations.Run(index.Database, [.. newer, ["CREATE TABLE still_later (id {text} PRIMARY KEY)"]], Oldest, default);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Release_refuses_tables_that_it_cannot_use_and_leaves_them(IndexStore store)
    {
        var index = await stores.Open(store);
        var next = IndexMigrations.Current + 1;
        await IndexMigrations.Run(index.Database, [.. IndexMigrations.All, ["DROP TABLE shares"]], required: next, default);

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => index.Index.Migrate(default));

        Assert.Contains($"knows version {next}", refused.Message, StringComparison.Ordinal);
        // A later additive version does not make the tables usable again.
        await IndexMigrations.Run(index.Database, [.. IndexMigrations.All, [], ["CREATE TABLE later (id {text})"]], Oldest, default);
        await Assert.ThrowsAsync<InvalidDataException>(() => index.Index.Migrate(default));
    }

    // The release before this record refuses every number in schema_version above its own, and knows no other table.
    [Theory, OnSqlite, OnPostgres]
    public async Task Number_that_older_releases_read_stays_while_they_can_use_the_tables(IndexStore store)
    {
        var index = await stores.OpenEmpty(store);
        await IndexMigrations.Run(index.Database, [.. IndexMigrations.All.Take(Oldest)], Oldest, default);
        await using var db = index.Database.Connect();
        await db.ExecuteAsync("DROP TABLE schema_migrated"); // as that release left it

        await IndexMigrations.Run(index.Database, [.. IndexMigrations.All, Additive], Oldest, default);

        Assert.Equal([Oldest], await db.GetTable<SchemaVersionRow>().Select(row => row.Version).ToListAsync());
        Assert.Equal([IndexMigrations.Current + 1], await db.GetTable<SchemaMigratedRow>().Select(row => row.Version).ToListAsync());
    }

    // An older release writes the columns that it knows, and no others.
    [Theory, OnSqlite, OnPostgres]
    public async Task Rows_of_an_older_release_fit_the_tables_of_this_one(IndexStore store)
    {
        var (older, newer) = (await stores.OpenEmpty(store), await stores.Open(store));
        await IndexMigrations.Run(older.Database, [.. IndexMigrations.All.Take(Oldest)], Oldest, default);

        await using var old = older.Database.Connect();
        await using var now = newer.Database.Connect();
        var written = new GetSchemaOptions
        {
            // PostgreSQL would list the tables of other tests.
            IncludedSchemas = store == IndexStore.Postgres ? [await old.ExecuteAsync<string>("SELECT current_schema()")] : null,
            LoadTable = table => !table.Name.StartsWith("schema_", StringComparison.Ordinal),
        };
        foreach (var table in old.DataProvider.GetSchemaProvider().GetSchema(old, written).Tables)
        {
            var columns = table.Columns.Where(column => !column.IsIdentity).ToList();
            var values = columns.Select(column => column.SystemType == typeof(bool) ? "true" : Value(column.SystemType));
            await now.ExecuteAsync(
                $"INSERT INTO {table.TableName} ({string.Join(", ", columns.Select(c => c.ColumnName))}) VALUES ({string.Join(", ", values)})"
            );
        }

        static string Value(Type? type) =>
            type == typeof(string) ? "'x'"
            : type == typeof(byte[]) ? "''"
            : "1";
    }
}
