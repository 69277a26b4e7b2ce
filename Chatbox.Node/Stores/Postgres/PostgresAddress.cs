using Chatbox.Node.Errors;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace Chatbox.Node.Stores.Postgres;

/// <summary>Reads addresses of PostgreSQL.</summary>
internal static class PostgresAddress
{
    private const int DefaultPort = 5432;

    /// <summary>The Npgsql connection string of an address, with the defaults of a node.</summary>
    /// <exception cref="FormatException">The address is invalid. The message does not quote it, because it may contain a password.</exception>
    /// <param name="connectTimeout">Timeout for opening a connection, in whole seconds.</param>
    /// <param name="maxConnections">Maximum number of connections of this node, for journal and index together; further callers wait.</param>
    public static string ToConnectionString(string address, TimeSpan connectTimeout, int maxConnections)
    {
        var builder = Parse(address);
        builder.Timeout = (int)connectTimeout.TotalSeconds;
        builder.ApplicationName ??= "chatbox";
        builder.MaxPoolSize = maxConnections;
        return builder.ConnectionString;
    }

    /// <summary>
    /// Reads <c>postgres://user:password@host:port/database?sslmode=require</c> or an Npgsql connection string (<c>Host=…;Username=…</c>).
    /// </summary>
    private static NpgsqlConnectionStringBuilder Parse(string address)
    {
        if (!address.Contains("://", StringComparison.Ordinal))
            return ParseDriverForm(address);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri is not { Scheme: "postgres" or "postgresql", Host.Length: > 0 })
            throw new FormatException("is not an address such as postgres://user:password@host:port/database");
        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : DefaultPort,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
        };
        foreach (var (name, value) in QueryHelpers.ParseQuery(uri.Query))
            Set(builder, name, value.ToString());
        return builder;
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        try
        {
            builder[name] = value;
        }
        catch (ArgumentException)
        {
            throw new FormatException(
                $"has {ErrorText.Quote(name)} after the question mark, which Npgsql does not know, or not with this value"
            );
        }
    }

    private static NpgsqlConnectionStringBuilder ParseDriverForm(string address)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(address) is { Host.Length: > 0 } builder
                ? builder
                : throw new FormatException("names no host; an address looks like postgres://user:password@host:port/database");
        }
        catch (ArgumentException)
        {
            throw new FormatException(
                "is neither an address such as postgres://user:password@host:port/database nor an Npgsql connection string"
            );
        }
    }
}
