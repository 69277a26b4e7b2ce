using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using LinqToDB.Mapping;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>The tables of a store.</summary>
/// <param name="Version">The version to which they were migrated; 0 if there are none.</param>
/// <param name="Required">The lowest version that a release must know to use them.</param>
internal sealed record Schema(int Version, int Required);

/// <summary>
/// The record of the tables' version. <c>schema_version</c> holds what is required, not what is there: releases that know only that table
/// refuse a number above their own, and run on newer tables otherwise. <c>schema_migrated</c> holds the version.
/// </summary>
internal static class SchemaRows
{
    /// <summary>Reads the record, after creating it if absent: a user who may not create tables can use those that exist.</summary>
    public static async Task<Schema> Read(IndexDatabase database, DataConnection db, CancellationToken cancellationToken)
    {
        foreach (var table in new[] { "schema_version", "schema_migrated" })
            if (await db.ExecuteAsync<long>(database.CountTables, cancellationToken, new DataParameter("name", table)) == 0)
                await db.ExecuteAsync($"CREATE TABLE {table} (version integer PRIMARY KEY)", cancellationToken);
        var required = await db.GetTable<SchemaVersionRow>().Select(row => row.Version).ToListAsync(cancellationToken);
        var migrated = await db.GetTable<SchemaMigratedRow>().Select(row => row.Version).ToListAsync(cancellationToken);
        // Releases before the second table wrote the version as what is required.
        return new Schema(migrated.Concat(required).DefaultIfEmpty(0).Max(), required.DefaultIfEmpty(0).Max());
    }

    public static async Task Write(DataConnection db, Schema schema, CancellationToken cancellationToken)
    {
        await db.GetTable<SchemaVersionRow>().DeleteAsync(cancellationToken);
        await db.InsertAsync(new SchemaVersionRow { Version = schema.Required }, token: cancellationToken);
        await db.GetTable<SchemaMigratedRow>().DeleteAsync(cancellationToken);
        await db.InsertAsync(new SchemaMigratedRow { Version = schema.Version }, token: cancellationToken);
    }
}

/// <summary>The single row with the lowest version that a release must know.</summary>
[Table("schema_version")]
internal sealed record SchemaVersionRow
{
    [Column("version"), PrimaryKey]
    public required int Version { get; init; }
}

/// <summary>The single row with the version of the tables.</summary>
[Table("schema_migrated")]
internal sealed record SchemaMigratedRow
{
    [Column("version"), PrimaryKey]
    public required int Version { get; init; }
}
