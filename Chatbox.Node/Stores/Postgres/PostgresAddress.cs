using Chatbox.Node.Errors;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace Chatbox.Node.Stores.Postgres;

/// <summary>Addresses of PostgreSQL as people write them.</summary>
internal static class PostgresAddress
{
    private const int DefaultPort = 5432;

    /// <summary>The driver's settings for an address, with what a node needs where the address does not say otherwise.</summary>
    /// <exception cref="FormatException">The address is not one; the message does not repeat it, because it may hold a password.</exception>
    /// <param name="connectTimeout">Longest wait for a connection, whole seconds.</param>
    /// <param name="maxConnections">Of this node, for journal and index together; who finds none free waits for one.</param>
    public static string ToConnectionString(string address, TimeSpan connectTimeout, int maxConnections)
    {
        var builder = Parse(address);
        builder.Timeout = (int)connectTimeout.TotalSeconds;
        builder.ApplicationName ??= "chatbox";
        builder.MaxPoolSize = maxConnections;
        return builder.ConnectionString;
    }

    /// <summary><c>postgres://user:password@host:port/database?sslmode=require</c>, or the driver's own form (<c>Host=…;Username=…</c>).</summary>
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
                $"has {ErrorText.Quote(name)} after its question mark, which the driver does not know or not with this value"
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
                "is neither an address such as postgres://user:password@host:port/database nor settings of the driver"
            );
        }
    }
}
