using Chatbox.Node.Stores.Postgres;
using Npgsql;

namespace Chatbox.Tests.Unit.Node;

public sealed class PostgresAddressTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(7);

    [Theory]
    [InlineData("postgres://me:p%40ss%3A@db.example:6543/chat", "db.example", 6543, "me", "p@ss:", "chat")]
    [InlineData("postgresql://me@db/chat", "db", 5432, "me", null, "chat")]
    [InlineData("Host=db;Username=me", "db", 5432, "me", null, null)]
    public void Address_is_read(string address, string host, int port, string user, string? password, string? database)
    {
        var read = new NpgsqlConnectionStringBuilder(PostgresAddress.ToConnectionString(address, Timeout, 12));

        Assert.Equal((host, port, user, password, database), (read.Host, read.Port, read.Username, read.Password, read.Database));
        Assert.Equal((7, 12), (read.Timeout, read.MaxPoolSize));
    }

    [Theory]
    [InlineData("require", SslMode.Require)]
    [InlineData("VerifyFull", SslMode.VerifyFull)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    public void Settings_of_the_driver_may_follow_the_address(string given, SslMode expected)
    {
        var address = $"postgres://db/chat?sslmode={given}";
        var read = new NpgsqlConnectionStringBuilder(PostgresAddress.ToConnectionString(address, Timeout, 12));

        Assert.Equal(expected, read.SslMode);
    }

    [Fact]
    public void Parameters_of_libpq_may_follow_the_address()
    {
        const string address =
            "postgres://db/chat?application_name=chat&channel_binding=require&client_encoding=UTF8&gssencmode=disable&keepalives_idle=30"
            + "&keepalives_interval=5&krbsrvname=pg&sslcert=/c&sslkey=/k&sslpassword=p&sslrootcert=/ca"
            + "&target_session_attrs=read-write";
        var read = new NpgsqlConnectionStringBuilder(PostgresAddress.ToConnectionString(address, Timeout, 12));

        Assert.Equal(("chat", ChannelBinding.Require, "UTF8"), (read.ApplicationName, read.ChannelBinding, read.ClientEncoding));
        Assert.Equal((30, 5, "pg"), (read.TcpKeepAliveTime, read.TcpKeepAliveInterval, read.KerberosServiceName));
        Assert.Equal(("/c", "/k", "p", "/ca"), (read.SslCertificate, read.SslKey, read.SslPassword, read.RootCertificate));
        Assert.Equal("read-write", read.TargetSessionAttributes);
    }

    [Fact]
    public void Timeout_in_the_address_is_named_with_its_setting()
    {
        var refused = Assert.Throws<FormatException>(() =>
            PostgresAddress.ToConnectionString("postgres://db/chat?connect_timeout=5", Timeout, 12)
        );
        Assert.Contains("POSTGRES_CONNECT_TIMEOUT", refused.Message);
    }

    [Theory]
    [InlineData("mysql://me:secretword@db/chat")]
    [InlineData("postgres://")]
    [InlineData("secretword")]
    [InlineData("Password=secretword")]
    [InlineData("Colour=secretword;Host=db")]
    [InlineData("postgres://me:secretword@db/chat?colour=blue")]
    public void Anything_else_is_refused_without_being_repeated(string address)
    {
        var refused = Assert.Throws<FormatException>(() => PostgresAddress.ToConnectionString(address, Timeout, 12));
        Assert.DoesNotContain("secretword", refused.Message);
    }
}
