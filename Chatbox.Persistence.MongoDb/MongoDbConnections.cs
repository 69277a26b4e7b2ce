using System.Collections.Concurrent;
using Akka.Configuration;
using MongoDB.Driver;

namespace Chatbox.Persistence.MongoDb;

/// <summary>
/// One client, and so one pool of connections, for each connection string of the process. It lives as long as the process: plugins that
/// restart find it again.
/// </summary>
public static class MongoDbConnections
{
    private static readonly ConcurrentDictionary<string, Lazy<IMongoDatabase>> Databases = new();

    /// <summary>
    /// The database that the connection string names. Nothing is sent yet. Unless the string says otherwise, a write is acknowledged when a
    /// majority has it on disk, and a read, which goes to the primary, sees only what a majority has: a primary that was cut off cannot show
    /// events that will be rolled back.
    /// </summary>
    /// <exception cref="ConfigurationException">
    /// It is no connection string, names no database, or wants writes that nobody acknowledges. The string is not in the message.
    /// </exception>
    public static IMongoDatabase Database(string connectionString) =>
        Databases.GetOrAdd(connectionString, text => new Lazy<IMongoDatabase>(() => Connect(text))).Value;

    private static IMongoDatabase Connect(string connectionString)
    {
        var url = Parse(connectionString);
        if (string.IsNullOrEmpty(url.DatabaseName))
            throw new ConfigurationException("The connection string of MongoDB names no database: mongodb://host/database.");
        var settings = MongoClientSettings.FromUrl(url);
        if (!settings.WriteConcern.IsAcknowledged)
            throw new ConfigurationException(
                "The connection string of MongoDB says w=0: then nobody hears of an event that could not be stored."
            );
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
            // The driver's message holds the string, and that a password.
            throw new ConfigurationException("This is no connection string of MongoDB: mongodb://host/database.");
        }
    }
}
