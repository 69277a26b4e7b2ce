using System.Text;
using Chatbox.Actors.Models;
using FsCheck.Xunit;

namespace Chatbox.Tests.Unit.Models;

public sealed class PieceGathererTests
{
    /// <summary>What a provider's tokens may be, halves of a surrogate pair among them: joined they make pairs and leave halves alone.</summary>
    private static readonly string[] Tokens =
    [
        "a",
        "bc",
        "é",
        "\uD83D\uDE42",
        "\uD83D",
        "\uDE42",
        "x\uD83D",
        "\uDE42y",
        "",
        "\uDE42\uD83D",
    ];

    /// <summary>Each byte is a step: mostly another token; otherwise the session takes the piece that is under way.</summary>
    [Property(MaxTest = 2000)]
    public void Text_arrives_whole_and_in_order_whatever_the_pace(byte[] steps, bool takeBeforeEnd)
    {
        var pieces = new PieceGatherer(16);
        var (written, sent) = (new StringBuilder(), new List<string>());
        var underWay = false;

        void Send(string? piece)
        {
            if (piece is null)
                return;
            Assert.False(underWay, "Two pieces were under way.");
            underWay = true;
            sent.Add(piece);
        }

        void Take()
        {
            underWay = false;
            Send(pieces.Taken());
        }

        foreach (var step in steps)
        {
            if (step % 3 > 0)
            {
                var token = Tokens[step % Tokens.Length];
                written.Append(token);
                Send(pieces.Add(token));
            }
            else if (underWay)
            {
                Take();
            }
        }

        if (takeBeforeEnd && underWay)
            Take();
        Send(pieces.Complete());
        while (underWay)
            Take();

        Assert.True(pieces.IsEmpty);
        Assert.True(pieces.IsComplete);
        Assert.All(sent, piece => Assert.True(IsWhole(piece), "A piece held half a character."));
        Assert.All(sent, piece => Assert.NotEmpty(piece));
        Assert.Equal(WithoutHalves(written.ToString()), string.Concat(sent));
    }

    [Fact]
    public void First_token_goes_at_once_and_later_ones_gather_until_it_is_taken()
    {
        var pieces = new PieceGatherer(100);

        Assert.Equal("one", pieces.Add("one"));
        Assert.Null(pieces.Add(" two"));
        Assert.Null(pieces.Add(" three"));
        Assert.Equal(" two three", pieces.Taken());
        Assert.False(pieces.IsEmpty);
        Assert.Null(pieces.Taken());
        Assert.True(pieces.IsEmpty);
    }

    [Fact]
    public void Half_a_character_waits_for_its_other_half()
    {
        var pieces = new PieceGatherer(100);

        Assert.Equal("a", pieces.Add("a\uD83D"));
        Assert.Null(pieces.Taken());
        Assert.Equal("\uD83D\uDE42", pieces.Add("\uDE42"));
    }

    [Fact]
    public void Half_a_character_at_the_end_becomes_a_replacement_character()
    {
        var pieces = new PieceGatherer(100);

        Assert.Null(pieces.Add("\uD83D"));
        Assert.Equal("\uFFFD", pieces.Complete());
    }

    [Fact]
    public void Last_text_goes_out_when_the_piece_before_it_is_taken()
    {
        var pieces = new PieceGatherer(100);
        pieces.Add("one");
        pieces.Add("two");

        Assert.Null(pieces.Complete());
        Assert.Equal("two", pieces.Taken());
    }

    [Fact]
    public async Task Writer_waits_while_it_is_full_and_goes_on_when_a_piece_is_taken()
    {
        var pieces = new PieceGatherer(4);
        pieces.Add("first"); // under way: takes no room
        Assert.True(pieces.WaitForRoom().IsCompleted);
        pieces.Add("123");
        Assert.True(pieces.WaitForRoom().IsCompleted);
        pieces.Add("4");

        var room = pieces.WaitForRoom();
        Assert.False(room.IsCompleted);
        Assert.Equal("1234", pieces.Taken());

        await room.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(pieces.WaitForRoom().IsCompleted);
    }

    private static bool IsWhole(string text) => WithoutHalves(text) == text;

    private static string WithoutHalves(string text) => Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(text));
}
