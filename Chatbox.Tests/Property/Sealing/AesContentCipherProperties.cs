using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Sealing;
using FsCheck;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Sealing;

public sealed class AesContentCipherProperties
{
    private static readonly SealingKey One = Key("one", 1);
    private static readonly SealingKey Two = Key("two", 2);
    private static readonly AesContentCipher Cipher = new([One]);
    private static readonly AesContentCipher Rotated = new([Two, One]);

    [Property(MaxTest = 300)]
    public bool What_was_sealed_opens_at_its_place_before_and_after_a_rotation(byte[] plain, byte[] place)
    {
        var record = Cipher.Seal(plain, place);
        return Cipher.Open(record, place).SequenceEqual(plain) && Rotated.Open(record, place).SequenceEqual(plain);
    }

    [Property(MaxTest = 300)]
    public bool Any_changed_byte_fails(byte[] plain, byte[] place, NonNegativeInt at, byte change)
    {
        var record = Rotated.Seal(plain, place);
        record[at.Get % record.Length] ^= change == 0 ? (byte)1 : change;
        return Fails(() => Rotated.Open(record, place));
    }

    [Property(MaxTest = 300)]
    public bool Any_missing_or_added_byte_fails(byte[] plain, byte[] place, NonNegativeInt cut, byte added)
    {
        var record = Cipher.Seal(plain, place);
        return Fails(() => Cipher.Open(record.AsSpan(0, cut.Get % record.Length), place))
            && Fails(() => Cipher.Open([.. record, added], place));
    }

    [Property(MaxTest = 300)]
    public bool Any_other_place_fails(byte[] plain, byte[] place, byte[] other) =>
        place.SequenceEqual(other) || Fails(() => Cipher.Open(Cipher.Seal(plain, place), other));

    [Property(MaxTest = 300)]
    public bool Any_other_key_of_the_same_name_fails(byte[] plain, byte[] place)
    {
        var other = new AesContentCipher([Key("one", 3)]);
        return Fails(() => other.Open(Cipher.Seal(plain, place), place));
    }

    [Property(MaxTest = 1000)]
    public bool No_bytes_make_the_reader_fail_in_another_way(byte[] bytes, byte length)
    {
        byte[] record = [SealedRecord.Version, length, .. bytes];
        return Fails(() => Cipher.Open(bytes, [])) && Fails(() => Cipher.Open(record, []));
    }

    [Property(MaxTest = 300)]
    public bool Two_places_never_have_the_same_associated_data(long seq, long other, string? kind, string? another)
    {
        var session = SessionId.New();
        var (one, two) = (SealedPlace.Of(session, seq, kind ?? ""), SealedPlace.Of(session, other, another ?? ""));
        return one.SequenceEqual(two)
            == (
                seq == other
                && System.Text.Encoding.UTF8.GetBytes(kind ?? "").SequenceEqual(System.Text.Encoding.UTF8.GetBytes(another ?? ""))
            );
    }

    private static bool Fails(Action open)
    {
        try
        {
            open();
            return false;
        }
        catch (ContentSealedException)
        {
            return true;
        }
    }

    private static SealingKey Key(string id, byte fill) => new(id, Enumerable.Repeat(fill, SealingKey.Length).ToArray());
}
