using System.Buffers;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Mongo;

/// <summary>Addresses of MongoDB as people write them.</summary>
internal static class MongoAddress
{
    private const string UsersOfTheServer = "admin";

    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\. \"$*<>:|?\0");

    /// <summary>Whether a database can be called so on every system.</summary>
    public static bool IsDatabaseName(string name) => name.Length > 0 && !name.AsSpan().ContainsAny(NotInNames);

    /// <summary>
    /// The driver's settings for an address and a database. Where the address names a database, that is where its user is known, unless
    /// <c>authSource</c> says otherwise.
    /// </summary>
    /// <exception cref="FormatException">The address is not one; the message does not repeat it, because it may hold a password.</exception>
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

    /// <summary>The database that an address names, if it does.</summary>
    /// <inheritdoc cref="ToConnectionString" path="/exception" />
    public static string? DatabaseOf(string address) => Parse(address).DatabaseName;

    /// <summary>Whether a password stands in an address.</summary>
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
