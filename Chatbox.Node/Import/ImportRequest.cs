using Chatbox.Node.Configuration;
using Chatbox.Node.Errors;
using Chatbox.Node.Stores.Mongo;

namespace Chatbox.Node.Import;

/// <summary>The options of the command line.</summary>
internal sealed record ImportRequest(string? File, string? From, string? Database, string? Collection, bool DryRun)
{
    /// <exception cref="ConfigurationException">The source is missing or invalid.</exception>
    public OldSessionSource Source(ImportOptions options)
    {
        if (File is not null)
            return new DumpSource(File);
        var key = From is null ? "IMPORT_MONGO_URI" : "--from";
        if ((From ?? options.Address) is not { } address)
            throw Unusable(key, "is missing: name the MongoDB of the legacy service, or a file with --file");
        try
        {
            // Every user of the machine can read command lines.
            if (From is not null && MongoAddress.HasPassword(From))
                throw Unusable(key, "contains a password: put the address into IMPORT_MONGO_URI instead");
            var named = From is not null || options.AddressNamesDatabase ? MongoAddress.DatabaseOf(address) : null;
            var database = Database ?? named ?? options.Database;
            if (!MongoAddress.IsDatabaseName(database))
                throw Unusable("--database", "is no valid name of a database");
            return new CollectionSource(
                MongoAddress.ToConnectionString(address, database, options.ConnectTimeout),
                Collection ?? options.Collection
            );
        }
        catch (FormatException e)
        {
            throw Unusable(key, e.Message);
        }
    }

    private static ConfigurationException Unusable(string key, string message) => new([new ConfigurationError(key, message)]);
}
