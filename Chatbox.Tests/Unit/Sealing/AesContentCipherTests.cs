using System.Security.Cryptography;
using System.Text;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Sealing;

namespace Chatbox.Tests.Unit.Sealing;

public sealed class AesContentCipherTests
{
    private static readonly byte[] Place = "here"u8.ToArray();
    private static readonly SealingKey One = new("one", RandomNumberGenerator.GetBytes(SealingKey.Length));
    private static readonly SealingKey Two = new("two", RandomNumberGenerator.GetBytes(SealingKey.Length));

    [Fact]
    public void Record_names_its_key_and_holds_nothing_that_can_be_read()
    {
        var record = new AesContentCipher([Two, One]).Seal("a planted sentence"u8, Place);

        Assert.Equal("two", SealedRecord.Parse(record).KeyId);
        Assert.Equal(2 + 3 + 12 + 18 + 16, record.Length);
        Assert.DoesNotContain("planted", Encoding.Latin1.GetString(record));
    }

    [Fact]
    public void Same_words_at_the_same_place_are_sealed_differently_each_time()
    {
        var cipher = new AesContentCipher([One]);

        var records = Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(cipher.Seal("same"u8, Place)));

        Assert.Equal(100, records.Distinct().Count());
    }

    [Fact]
    public void Missing_key_is_named()
    {
        var record = new AesContentCipher([One]).Seal("x"u8, Place);

        Assert.Contains("key one", Assert.Throws<ContentSealedException>(() => new AesContentCipher([Two]).Open(record, Place)).Message);
        Assert.Contains("key one", Assert.Throws<ContentSealedException>(() => new PlainCipher().Open(record, Place)).Message);
    }

    [Fact]
    public void First_key_is_told_from_the_others()
    {
        var record = new AesContentCipher([One]).Seal("x"u8, Place);

        Assert.True(new AesContentCipher([One, Two]).IsByFirstKey(record));
        Assert.False(new AesContentCipher([Two, One]).IsByFirstKey(record));
    }

    [Fact]
    public void Word_hashes_differ_by_word_user_and_key_and_are_found_again_after_a_rotation()
    {
        var (before, after) = (new AesContentCipher([One]), new AesContentCipher([Two, One]));

        var hash = before.WordHash("alice", "hello");

        Assert.Equal(16, hash.Length);
        Assert.Equal(hash, before.WordHash("alice", "hello"));
        Assert.NotEqual(hash, before.WordHash("alice", "hell"));
        Assert.NotEqual(hash, before.WordHash("bob", "hello"));
        Assert.NotEqual(hash, after.WordHash("alice", "hello"));
        Assert.Equal(after.WordHash("alice", "hello"), after.WordHashes("alice", "hello")[0]);
        Assert.Contains(after.WordHashes("alice", "hello"), h => h.SequenceEqual(hash));
        Assert.Contains(after.WordHashes("alice", "hello"), h => h.SequenceEqual(new PlainCipher().WordHash("alice", "hello")));
    }

    [Fact]
    public void Many_threads_share_one_cipher()
    {
        var cipher = new AesContentCipher([One]);

        Parallel.For(
            0,
            1_000,
            n =>
                Assert.Equal(
                    $"text {n}",
                    Encoding.UTF8.GetString(cipher.Open(cipher.Seal(Encoding.UTF8.GetBytes($"text {n}"), Place), Place))
                )
        );
    }

    [Fact]
    public void Key_is_not_printed() => Assert.Equal("one", $"{One}");

    [Fact]
    public void Without_a_key_nothing_is_sealed() => Assert.Throws<InvalidOperationException>(() => new PlainCipher().Seal("x"u8, Place));
}
