using Chatbox.Node.Stores.Index;

namespace Chatbox.Tests.Unit.Node;

public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("postgres://me:p%40ss%3A@db.example:6543/chat", "Host=db.example;Port=6543;Username=me;Password=p@ss:;Database=chat")]
    [InlineData("postgresql://me@db/chat", "Host=db;Port=5432;Username=me;Database=chat")]
    [InlineData("Host=db;Username=me", "Host=db;Username=me")]
    public void Address_is_read(string address, string connectionString)
    {
        Assert.Equal(connectionString, PostgresAddress.ToConnectionString(address));
    }

    [Theory]
    [InlineData("mysql://me@db/chat")]
    [InlineData("postgres://")]
    public void Anything_else_is_refused(string address)
    {
        Assert.Throws<FormatException>(() => PostgresAddress.ToConnectionString(address));
    }
}
