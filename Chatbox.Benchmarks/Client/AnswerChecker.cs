using System.Globalization;
using Chatbox.Benchmarks.ScriptedModel;

namespace Chatbox.Benchmarks.Client;

/// <summary>
/// Compares the pieces of an answer, however they are split, with the <see cref="ScriptedAnswer"/>, character by character.
/// </summary>
internal sealed class AnswerChecker(string question, int tokens)
{
    private readonly ScriptedAnswer _expected = new(question, tokens);
    private readonly char[] _stamp = new char[ScriptedAnswer.StampLength];
    private readonly char[] _token = new char[ScriptedAnswer.TokenLength];
    private int _length;

    /// <summary>The number of complete tokens received so far.</summary>
    public int Tokens => ScriptedAnswer.TokensIn(_length);

    /// <summary>
    /// The moment at which the model sent its first token, in <see cref="System.Diagnostics.Stopwatch"/> ticks of this machine; 0 until the
    /// stamp is complete.
    /// </summary>
    public long SentAt { get; private set; }

    /// <summary>Whether the complete answer has arrived.</summary>
    public bool IsWhole => _length == _expected.Length;

    /// <summary>Accepts the next piece, which must start where the previous one ended. Throws <see cref="WrongAnswerException"/>.</summary>
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

    /// <summary>Marks the end of the answer. Throws <see cref="WrongAnswerException"/> if part of it is missing.</summary>
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

/// <summary>
/// An answer differs from what the model sent. The measurements of such a run are worthless, so the exception ends the program.
/// </summary>
internal sealed class WrongAnswerException(string message) : Exception(message);
