using Chatbox.Actors.Sessions.Journal;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Sealing;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>
/// Tests that every release decrypts what earlier ones have encrypted. The derivation of keys and the place of a record never change.
/// </summary>
public sealed class SealedGoldenTests
{
    /// <summary>The key of the golden records; its id is k1.</summary>
    public const string Key = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";

    private static readonly AesContentCipher Cipher = new([new SealingKey("k1", Convert.FromHexString(Key))]);
    private static readonly SessionSealing Sealing = new(Cipher);

    [Fact]
    public void Sealed_event_of_an_earlier_release_is_opened()
    {
        var row = (SealedEvent)GoldenValues.All["session.sealed-event.v1"];

        var opened = Sealing.Open(row, GoldenValues.Session, 2);

        Assert.Equal(ValueText.Of(GoldenValues.All["session.message-submitted.v1"]), ValueText.Of(opened));
    }

    [Fact]
    public void Sealed_snapshot_of_an_earlier_release_is_opened()
    {
        var row = GoldenValues.All["session.sealed-snapshot.v1"];

        var opened = Sealing.OpenSnapshot(row, GoldenValues.Session, 6);

        Assert.Equal(ValueText.Of(GoldenValues.All["session.snapshot.v1"]), ValueText.Of(opened));
    }

    [Fact]
    public void Word_of_an_earlier_release_is_found() =>
        Assert.Equal(
            ["e216845ee5bc578ef5a74ad96bcf3015", "b26a660560c050b1a7ed58e9f6e27e2d"],
            Cipher.WordHashes("alice", "hello").Select(Convert.ToHexStringLower)
        );
}
