using System.Web;
using Chatbox.Messages;
using Chatbox.Node.Files.Store;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Files;

public sealed class FileAddressesTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly FileId _file = FileId.New();
    private readonly FileAddresses _addresses;

    public FileAddressesTests() => _addresses = new FileAddresses(Secret, "/chat", Lifetime, _clock);

    [Fact]
    public void Address_is_good_until_it_expires()
    {
        var (expires, signature) = Query(_addresses.Sign(_file));

        _clock.Advance(Lifetime - TimeSpan.FromSeconds(1));
        Assert.True(_addresses.Allows(_file, expires, signature));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_addresses.Allows(_file, expires, signature));
    }

    [Fact]
    public void Another_node_with_the_secret_honours_the_address_and_one_without_does_not()
    {
        var (expires, signature) = Query(_addresses.Sign(_file));

        Assert.True(new FileAddresses(Secret, "/other", TimeSpan.FromDays(1), _clock).Allows(_file, expires, signature));
        Assert.False(new FileAddresses(new byte[32], "/chat", Lifetime, _clock).Allows(_file, expires, signature));
    }

    [Fact]
    public void Address_of_another_file_or_time_is_refused()
    {
        var (expires, signature) = Query(_addresses.Sign(_file));
        var later = (long.Parse(expires, System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(
            System.Globalization.CultureInfo.InvariantCulture
        );

        Assert.False(_addresses.Allows(FileId.New(), expires, signature));
        Assert.False(_addresses.Allows(_file, later, signature));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    public void Missing_or_short_signature_is_refused(string? signature) =>
        Assert.False(_addresses.Allows(_file, Query(_addresses.Sign(_file)).Expires, signature));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData(" 1800000900")]
    [InlineData("99999999999999999999")]
    public void Unreadable_expiry_is_refused(string? expires) =>
        Assert.False(_addresses.Allows(_file, expires, Query(_addresses.Sign(_file)).Signature));

    private static (string Expires, string Signature) Query(string address)
    {
        Assert.StartsWith("/chat/files/", address, StringComparison.Ordinal);
        var query = HttpUtility.ParseQueryString(address[address.IndexOf('?', StringComparison.Ordinal)..]);
        return (query["expires"]!, query["signature"]!);
    }
}
