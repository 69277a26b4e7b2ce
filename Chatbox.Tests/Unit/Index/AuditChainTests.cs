using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Stores.Index;

namespace Chatbox.Tests.Unit.Index;

/// <summary>The rule of the audit chain: each kind of tampering is found at the first record that it concerns.</summary>
public sealed class AuditChainTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<AuditRow> _rows = Chain(20);

    [Fact]
    public void Intact_chain_is_found_intact_in_steps_of_any_size()
    {
        for (var size = 1; size <= _rows.Count; size++)
        {
            var after = AuditHead.None;
            foreach (var step in _rows.Chunk(size))
            {
                (after, var found) = AuditVerification.Check(after, step);
                Assert.Null(found);
            }

            Assert.Equal(AuditChain.HeadOf(_rows[^1]), after);
            Assert.Null(AuditVerification.CheckEnd(after, after));
        }
    }

    [Fact]
    public void Every_member_of_a_record_is_part_of_its_hash()
    {
        AuditRow[] changed =
        [
            _rows[7] with
            {
                At = _rows[7].At + 1,
            },
            _rows[7] with
            {
                Actor = "other",
            },
            _rows[7] with
            {
                ActorKind = "operator",
            },
            _rows[7] with
            {
                Action = AuditKind.SessionExport,
            },
            _rows[7] with
            {
                SessionId = null,
            },
            _rows[7] with
            {
                SessionId = "",
            },
            _rows[7] with
            {
                UserId = "bob",
            },
            _rows[7] with
            {
                Detail = "",
            },
            _rows[7] with
            {
                Address = "203.0.113.9",
            },
            _rows[7] with
            {
                Address = null,
            },
            // Moves characters from one text to the next.
            _rows[7] with
            {
                Actor = "roo",
                Action = "t" + _rows[7].Action,
            },
            _rows[7] with
            {
                Hash = [],
            },
            _rows[7] with
            {
                Hash = null,
            },
        ];

        foreach (var row in changed)
        {
            _rows[7] = row;
            Assert.Equal(new AuditBreak(AuditBreakKind.Changed, 8), Check().Break);
        }
    }

    [Fact]
    public void Changed_record_with_a_hash_of_its_own_is_found_at_the_next()
    {
        var changed = _rows[7] with { Actor = "innocent" };
        _rows[7] = changed with { Hash = AuditChain.HashOf(changed, AuditChain.HeadOf(_rows[6]).Hash) };

        Assert.Equal((8, new AuditBreak(AuditBreakKind.Changed, 9)), (Check().Through.Number, Check().Break));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(18)]
    public void Removed_record_is_named(int place)
    {
        _rows.RemoveAt(place);
        Assert.Equal(new AuditBreak(AuditBreakKind.Removed, place + 1), Check().Break);
    }

    [Theory]
    [InlineData(4, 5)]
    [InlineData(0, 19)]
    [InlineData(3, 11)]
    public void Swapped_records_are_named(int one, int other)
    {
        (_rows[one], _rows[other]) = (_rows[other] with { Number = one + 1 }, _rows[one] with { Number = other + 1 });
        Assert.Equal(new AuditBreak(AuditBreakKind.Swapped, one + 1, other + 1), Check().Break);
    }

    [Fact]
    public void Record_with_a_number_that_was_given_already_is_named()
    {
        _rows.Insert(8, _rows[7]);
        Assert.Equal(new AuditBreak(AuditBreakKind.Added, 8), Check().Break);
    }

    [Fact]
    public void Head_tells_of_a_removed_tail_and_of_records_beyond_it()
    {
        var (head, last) = (AuditChain.HeadOf(_rows[^1]), AuditChain.HeadOf(_rows[^4]));

        Assert.Equal(new AuditBreak(AuditBreakKind.TailRemoved, 18), AuditVerification.CheckEnd(last, head));
        Assert.Equal(new AuditBreak(AuditBreakKind.Added, 18), AuditVerification.CheckEnd(head, last));
        Assert.Equal(new AuditBreak(AuditBreakKind.HeadMissing, 17), AuditVerification.CheckEnd(last, null));
        Assert.Equal(new AuditBreak(AuditBreakKind.HeadChanged, 17), AuditVerification.CheckEnd(last, last with { Hash = head.Hash }));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("5", false)]
    [InlineData("-5.", false)]
    [InlineData("x.0000000000000000000000000000000000000000000000000000000000000000", false)]
    [InlineData("5.000000000000000000000000000000000000000000000000000000000000000", false)]
    [InlineData("5.000000000000000000000000000000000000000000000000000000000000000G", false)]
    [InlineData("5.00000000000000000000000000000000000000000000000000000000000000ab", true)]
    public void Head_is_read_as_it_is_written(string text, bool isHead)
    {
        Assert.Equal(isHead, AuditHead.TryParse(text, out var head));
        if (isHead)
            Assert.Equal(text, head!.ToString());
    }

    // The rule never changes: heads are kept outside the database, for years.
    [Fact]
    public void Hash_of_a_record_stays_what_it_is() =>
        Assert.Equal("3.b1a1a368c149d151f5eaa02f0314d2e3386391f476a4f3389ce5ef2c94058e9b", AuditChain.HeadOf(Chain(3)[^1]).ToString());

    private (AuditHead Through, AuditBreak? Break) Check() => AuditVerification.Check(AuditHead.None, _rows);

    private static List<AuditRow> Chain(int length)
    {
        var (rows, head) = (new List<AuditRow>(), AuditHead.None);
        for (var i = 1; i <= length; i++)
        {
            var session = new SessionId($"{i:d32}");
            var record = new AuditRecord(
                Noon.AddSeconds(i),
                new UserId("root"),
                AuditKind.SessionRead,
                session,
                new UserId("Zoë"),
                "limit=1"
            )
            {
                Address = "203.0.113.7",
            };
            rows.Add(AuditChain.Append(head, record));
            head = AuditChain.HeadOf(rows[^1]);
        }

        return rows;
    }
}
