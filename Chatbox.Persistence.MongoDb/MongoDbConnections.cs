using System.Collections.Concurrent;
using Akka.Configuration;
using MongoDB.Driver;

namespace Chatbox.Persistence.MongoDb;

/// <summary>
/// Shares one client, and so one connection pool, per connection string. Clients live as long as the process, so that plugins that restart
/// find theirs again.
/// </summary>
public static class MongoDbConnections
{
    private static readonly ConcurrentDictionary<string, Lazy<IMongoDatabase>> Databases = new();

    /// <summary>
    /// Returns the database of a connection string, without sending anything. Unless the string says otherwise, writes are acknowledged
    /// when a majority has them on disk, and reads go to the primary and see only what a majority has. A primary that was cut off therefore
    /// cannot show events that will be rolled back.
    /// </summary>
    /// <exception cref="ConfigurationException">
    /// The text is not a connection string, names no database, or requests unacknowledged writes. The message does not contain it.
    /// </exception>
    public static IMongoDatabase Database(string connectionString) =>
        Databases.GetOrAdd(connectionString, text => new Lazy<IMongoDatabase>(() => Connect(text))).Value;

    private static IMongoDatabase Connect(string connectionString)
    {
        var url = Parse(connectionString);
        if (string.IsNullOrEmpty(url.DatabaseName))
            throw new ConfigurationException("The MongoDB connection string names no database. Expected: mongodb://host/database.");
        var settings = MongoClientSettings.FromUrl(url);
        if (!settings.WriteConcern.IsAcknowledged)
            throw new ConfigurationException("The MongoDB connection string sets w=0, which would hide failed writes. Remove it.");
        if (url.W is null)
            settings.WriteConcern = WriteConcern.WMajority.With(journal: true);
        if (url.ReadConcernLevel is null)
            settings.ReadConcern = ReadConcern.Majority;
        settings.ReadPreference = ReadPreference.Primary;
        return new MongoClient(settings).GetDatabase(url.DatabaseName);
    }

    private static MongoUrl Parse(string connectionString)
    {
        try
        {
            return new MongoUrl(connectionString);
        }
        catch (Exception e) when (e is MongoConfigurationException or ArgumentException or FormatException)
        {
            // The driver's message is not passed on, because it contains the string and its password.
            throw new ConfigurationException("This is not a MongoDB connection string. Expected: mongodb://host/database.");
        }
    }
}
