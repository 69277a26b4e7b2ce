using System.Buffers;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Mongo;

/// <summary>Reads addresses of MongoDB.</summary>
internal static class MongoAddress
{
    private const string UsersOfTheServer = "admin";

    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\. \"$*<>:|?\0");

    /// <summary>Whether a name of a database is valid on every operating system.</summary>
    public static bool IsDatabaseName(string name) => name.Length > 0 && !name.AsSpan().ContainsAny(NotInNames);

    /// <summary>
    /// The connection string of an address and a database. A database in the address is the one that authenticates the user, unless
    /// <c>authSource</c> names another.
    /// </summary>
    /// <exception cref="FormatException">The address is invalid. The message does not quote it, because it may contain a password.</exception>
    public static string ToConnectionString(string address, string database, TimeSpan connectTimeout)
    {
        var builder = Parse(address);
        if (builder.Username is not null && builder.AuthenticationSource is null)
            builder.AuthenticationSource = builder.DatabaseName ?? UsersOfTheServer;
        builder.DatabaseName = database;
        builder.ConnectTimeout = connectTimeout;
        builder.ServerSelectionTimeout = connectTimeout;
        builder.ApplicationName ??= "chatbox";
        return builder.ToString();
    }

    /// <summary>The database in an address; null if there is none.</summary>
    /// <inheritdoc cref="ToConnectionString" path="/exception" />
    public static string? DatabaseOf(string address) => Parse(address).DatabaseName;

    /// <summary>Whether an address contains a password.</summary>
    /// <inheritdoc cref="ToConnectionString" path="/exception" />
    public static bool HasPassword(string address) => !string.IsNullOrEmpty(Parse(address).Password);

    private static MongoUrlBuilder Parse(string address)
    {
        try
        {
            return new MongoUrlBuilder(address);
        }
        catch (Exception e) when (e is MongoConfigurationException or ArgumentException or FormatException)
        {
            throw new FormatException("is not an address such as mongodb://user:password@host:port/?replicaSet=rs0");
        }
    }
}
