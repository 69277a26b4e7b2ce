using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.ScriptedModel;

namespace Chatbox.Tests.Unit.Benchmarks;

public sealed class AnswerCheckerTests
{
    private const string Question = "What comes next?";
    private const int Tokens = 40;
    private const string Stamp = "@00000000000004d2 ";

    private static readonly string Answer = Render(Question, Tokens);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Right_answer_is_accepted_however_it_is_cut(int size)
    {
        var checker = new AnswerChecker(Question, Tokens);

        for (var at = 0; at < Answer.Length; at += size)
            checker.Accept(at, Answer.AsSpan(at, Math.Min(size, Answer.Length - at)));
        checker.Complete();

        Assert.Equal(Tokens, checker.Tokens);
        Assert.Equal(0x4d2, checker.SentAt);
        Assert.True(checker.IsWhole);
    }

    [Theory]
    [InlineData(18)]
    [InlineData(100)]
    [InlineData(212)]
    public void One_wrong_letter_anywhere_is_found(int at)
    {
        var wrong = Answer.ToCharArray();
        wrong[at] = '!';

        Assert.Throws<WrongAnswerException>(() => new AnswerChecker(Question, Tokens).Accept(0, wrong));
    }

    [Fact]
    public void Lost_token_is_found_even_when_the_offsets_hide_it()
    {
        var checker = new AnswerChecker(Question, Tokens);
        checker.Accept(0, Answer.AsSpan(0, 48));

        Assert.Throws<WrongAnswerException>(() => checker.Accept(48, Answer.AsSpan(53)));
    }

    [Fact]
    public void Doubled_piece_is_found_by_its_offset()
    {
        var checker = new AnswerChecker(Question, Tokens);
        checker.Accept(0, Answer.AsSpan(0, 48));

        Assert.Throws<WrongAnswerException>(() => checker.Accept(43, Answer.AsSpan(43, 5)));
    }

    [Fact]
    public void Answer_that_ends_early_is_found()
    {
        var checker = new AnswerChecker(Question, Tokens);
        checker.Accept(0, Answer.AsSpan(0, Answer.Length - 1));

        Assert.Throws<WrongAnswerException>(checker.Complete);
    }

    [Fact]
    public void Text_after_the_end_is_found() =>
        Assert.Throws<WrongAnswerException>(() => new AnswerChecker(Question, Tokens).Accept(0, Answer + "a"));

    [Fact]
    public void Answer_to_another_question_is_found() =>
        Assert.Throws<WrongAnswerException>(() => new AnswerChecker(Question, Tokens).Accept(0, Render(Question + "?", Tokens)));

    [Theory]
    [InlineData("@0000000000000zzz ")]
    [InlineData("#00000000000004d2 ")]
    [InlineData("@00000000000004d2.")]
    public void Answer_without_a_stamp_is_found(string stamp) =>
        Assert.Throws<WrongAnswerException>(() => new AnswerChecker(Question, Tokens).Accept(0, stamp));

    [Fact]
    public void Scripted_answers_hold_what_is_easily_broken_on_the_way()
    {
        var answer = Render(Question, 1000);

        Assert.All("\n\"é—", letter => Assert.Contains(letter, answer));
        Assert.Equal(1000, ScriptedAnswer.TokensIn(answer.Length));
        Assert.Equal(999, ScriptedAnswer.TokensIn(answer.Length - 1));
        Assert.Equal(0, ScriptedAnswer.TokensIn(ScriptedAnswer.StampLength - 1));
    }

    private static string Render(string question, int tokens)
    {
        var script = new ScriptedAnswer(question, tokens);
        var answer = new char[script.Length];
        Stamp.CopyTo(answer);
        for (var i = 1; i < tokens; i++)
            script.Write(i, answer.AsSpan(ScriptedAnswer.StampLength + (i - 1) * ScriptedAnswer.TokenLength, ScriptedAnswer.TokenLength));
        return new string(answer);
    }
}
