using Chatbox.Node.Errors;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace Chatbox.Node.Stores.Postgres;

/// <summary>Reads addresses of PostgreSQL.</summary>
internal static class PostgresAddress
{
    private const int DefaultPort = 5432;

    /// <summary>Parameters of libpq, which psql and most other clients read in addresses, with Npgsql's names of them.</summary>
    private static readonly Dictionary<string, string> LibpqNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["application_name"] = nameof(NpgsqlConnectionStringBuilder.ApplicationName),
        ["channel_binding"] = nameof(NpgsqlConnectionStringBuilder.ChannelBinding),
        ["client_encoding"] = nameof(NpgsqlConnectionStringBuilder.ClientEncoding),
        ["gssencmode"] = nameof(NpgsqlConnectionStringBuilder.GssEncryptionMode),
        ["keepalives_idle"] = nameof(NpgsqlConnectionStringBuilder.TcpKeepAliveTime),
        ["keepalives_interval"] = nameof(NpgsqlConnectionStringBuilder.TcpKeepAliveInterval),
        ["krbsrvname"] = nameof(NpgsqlConnectionStringBuilder.KerberosServiceName),
        ["sslcert"] = nameof(NpgsqlConnectionStringBuilder.SslCertificate),
        ["sslkey"] = nameof(NpgsqlConnectionStringBuilder.SslKey),
        ["sslpassword"] = nameof(NpgsqlConnectionStringBuilder.SslPassword),
        ["sslrootcert"] = nameof(NpgsqlConnectionStringBuilder.RootCertificate),
        ["target_session_attrs"] = nameof(NpgsqlConnectionStringBuilder.TargetSessionAttributes),
    };

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
        if (name.Equals("connect_timeout", StringComparison.OrdinalIgnoreCase))
            throw new FormatException("has connect_timeout after the question mark: set POSTGRES_CONNECT_TIMEOUT instead");
        try
        {
            var isSslMode = name.Equals("sslmode", StringComparison.OrdinalIgnoreCase);
            // libpq writes verify-full, Npgsql VerifyFull.
            builder[LibpqNames.GetValueOrDefault(name, name)] = isSslMode ? value.Replace("-", "", StringComparison.Ordinal) : value;
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
