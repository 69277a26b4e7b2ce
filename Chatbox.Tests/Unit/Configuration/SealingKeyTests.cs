using System.Security.Cryptography;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary><c>ENCRYPTION_KEY</c> and <c>ENCRYPTION_KEYS</c>.</summary>
public sealed class SealingKeyTests : IDisposable
{
    private const string Text = "q7Zt0pXv7Qm2Lr9tKz4wYb6NcHs1Jd8G";
    private const string Hex = "hex:603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
    private const string Base64 = "base64:YD3rEBXKcb4rc67whX13gR81LAc7YQjXLZgQowkU3/Q=";

    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(Text)]
    [InlineData(Hex)]
    [InlineData(Base64)]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015")]
    public void Key_alone_is_called_default(string value) =>
        Assert.Equal("default", Assert.Single(_fixture.With("ENCRYPTION_KEY", value).Load().SealingKeys).Id);

    [Fact]
    public void Both_ways_to_write_bytes_give_the_same_key() =>
        Assert.Contains(
            "is the same key as an earlier one",
            _fixture.With("ENCRYPTION_KEYS", $"a:{Hex},b:{Base64}").ErrorOf("ENCRYPTION_KEYS")
        );

    [Fact]
    public void Keys_keep_their_order() =>
        Assert.Equal(
            ["2026-11", "default"],
            _fixture.With("ENCRYPTION_KEYS", $"2026-11:{Hex}, default:{Text}").Load().SealingKeys.Select(k => k.Id)
        );

    [Fact]
    public void Keys_can_stand_in_the_file() =>
        Assert.Equal(["a", "b"], _fixture.WithFile($"encryption_keys = ['a:{Hex}', 'b:{Text}']").Load().SealingKeys.Select(k => k.Id));

    [Fact]
    public void No_key_is_made_where_none_is_set()
    {
        Assert.Empty(_fixture.Load().SealingKeys);
        Assert.Empty(_fixture.Without("JWT_SECRET").InDevelopment().Load().SealingKeys);
    }

    [Fact]
    public void Both_settings_together_are_refused() =>
        Assert.Contains("default:key", _fixture.With("ENCRYPTION_KEY", Text).With("ENCRYPTION_KEYS", $"a:{Hex}").ErrorOf("ENCRYPTION_KEY"));

    [Theory]
    [InlineData("short")]
    [InlineData("hex:603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914df")]
    [InlineData("hex:603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dffg")]
    [InlineData("base64:YD3rEBXKcb4rc67whX13gR81LAc7YQjXLZgQowkU3w==")]
    [InlineData("base64:!")]
    public void Key_of_another_length_is_refused(string value) =>
        Assert.Contains("32 bytes", _fixture.With("ENCRYPTION_KEY", value).ErrorOf("ENCRYPTION_KEY"));

    [Theory]
    [InlineData("YD3rEBXKcb4rc67whX13gR81LAc7YQjXLZgQowkU3/Q=")]
    [InlineData("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")]
    public void Forgotten_prefix_is_pointed_out(string value) =>
        Assert.Contains("seems to be missing", _fixture.With("ENCRYPTION_KEY", value).ErrorOf("ENCRYPTION_KEY"));

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("my-secret-encryption-key-32bytes")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("hex:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")]
    [InlineData("base64:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    [InlineData("base64:Y2hhbmdlbWVjaGFuZ2VtZWNoYW5nZW1lY2hhbmdlbWU=")]
    public void Key_that_can_be_guessed_is_refused(string value)
    {
        Assert.Contains("can be guessed", _fixture.With("ENCRYPTION_KEY", value).ErrorOf("ENCRYPTION_KEY"));
        Assert.Contains("item 1", _fixture.Without("ENCRYPTION_KEY").With("ENCRYPTION_KEYS", $"a:{value}").ErrorOf("ENCRYPTION_KEYS"));
    }

    [Fact]
    public void Random_keys_are_taken()
    {
        for (var n = 0; n < 1_000; n++)
        {
            var key = $"base64:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";
            Assert.Single(_fixture.With("ENCRYPTION_KEY", key).Load().SealingKeys);
        }
    }

    [Theory]
    [InlineData("k1:short", "item 1")]
    [InlineData(Text, "item 1")]
    [InlineData($"a:{Hex},a:{Text}", "item 2 has the id")]
    [InlineData($"a:{Hex},:{Text}", "item 2 is not id:key")]
    [InlineData($"a:{Hex},b c:{Text}", "item 2 is not id:key")]
    [InlineData($"a:{Hex},", "item 2 is not id:key")]
    public void Broken_list_is_refused_by_the_place_of_the_item(string value, string problem)
    {
        var message = _fixture.With("ENCRYPTION_KEYS", value).ErrorOf("ENCRYPTION_KEYS");

        Assert.Contains(problem, message);
        Assert.DoesNotContain(Text, message);
        Assert.DoesNotContain(Hex[4..], message);
    }
}
