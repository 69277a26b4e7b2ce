using System.Globalization;
using Chatbox.Benchmarks.ScriptedModel;

namespace Chatbox.Benchmarks.Client;

/// <summary>Holds the pieces of one answer, however they are cut, against the <see cref="ScriptedAnswer"/>, letter by letter.</summary>
internal sealed class AnswerChecker(string question, int tokens)
{
    private readonly ScriptedAnswer _expected = new(question, tokens);
    private readonly char[] _stamp = new char[ScriptedAnswer.StampLength];
    private readonly char[] _token = new char[ScriptedAnswer.TokenLength];
    private int _length;

    /// <summary>Whole tokens received so far.</summary>
    public int Tokens => ScriptedAnswer.TokensIn(_length);

    /// <summary>When the model sent its first token, in <see cref="System.Diagnostics.Stopwatch"/> ticks of this machine; 0 until the stamp is whole.</summary>
    public long SentAt { get; private set; }

    /// <summary>Whether the whole answer has come.</summary>
    public bool IsWhole => _length == _expected.Length;

    /// <summary>Takes the next piece, which must start where the last one ended. Throws <see cref="WrongAnswerException"/>.</summary>
    public void Accept(int offset, ReadOnlySpan<char> piece)
    {
        if (offset != _length)
            throw new WrongAnswerException($"A piece starts at {offset}, expected {_length}, in the answer to: {question}");

        foreach (var letter in piece)
        {
            if (_length < ScriptedAnswer.StampLength)
                AcceptStamp(letter);
            else if (IsWhole)
                throw new WrongAnswerException($"Text after the end of the answer to: {question}");
            else
                AcceptToken(letter);
            _length++;
        }
    }

    /// <summary>The answer has ended; throws <see cref="WrongAnswerException"/> when part of it is missing.</summary>
    public void Complete()
    {
        if (!IsWhole)
            throw new WrongAnswerException($"The answer ended after {_length} of {_expected.Length} letters: {question}");
    }

    private void AcceptStamp(char letter)
    {
        _stamp[_length] = letter;
        if (_length < ScriptedAnswer.StampLength - 1)
            return;

        if (
            _stamp[0] != '@'
            || letter != ' '
            || !long.TryParse(_stamp.AsSpan(1, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sent)
        )
            throw new WrongAnswerException($"The answer starts with '{new string(_stamp)}' and not with a stamp: {question}");
        SentAt = sent;
    }

    private void AcceptToken(char letter)
    {
        var (index, at) = Math.DivRem(_length - ScriptedAnswer.StampLength, ScriptedAnswer.TokenLength);
        if (at == 0)
            _expected.Write(index + 1, _token);
        if (letter != _token[at])
            throw new WrongAnswerException(
                $"Letter {_length} is U+{(int)letter:X4}, expected U+{(int)_token[at]:X4}, in the answer to: {question}"
            );
    }
}

/// <summary>An answer was not what the model had sent. The figures of such a run are worthless, so nothing catches this but the exit.</summary>
internal sealed class WrongAnswerException(string message) : Exception(message);
