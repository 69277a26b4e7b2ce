using Npgsql;

namespace Chatbox.Node.Stores.Index;

/// <summary>Addresses of PostgreSQL as people write them.</summary>
internal static class PostgresAddress
{
    private const int DefaultPort = 5432;

    /// <summary><c>postgres://user:password@host:port/database</c>, or the driver's own form (<c>Host=…;Username=…</c>).</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static string ToConnectionString(string address)
    {
        if (!address.Contains("://", StringComparison.Ordinal))
            return address;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri is not { Scheme: "postgres" or "postgresql", Host.Length: > 0 })
            throw new FormatException("An address of PostgreSQL looks like postgres://user:password@host:port/database.");
        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : DefaultPort,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
        };
        return builder.ConnectionString;
    }
}
