using System.Text;
using System.Text.Json;

namespace Chatbox.Benchmarks.Client;

/// <summary>Reads <c>ai_response</c> frames (protocol section 5) without allocating, and ignores other frames. One per socket.</summary>
internal sealed class AnswerFrameReader
{
    private char[] _content = new char[256];

    /// <summary>
    /// Passes a piece to the checker and returns whether the answer has ended. The reader must be at the object's start, and is left at its
    /// end.
    /// </summary>
    public bool Read(ref Utf8JsonReader json, AnswerChecker? answer)
    {
        var (isAnswer, isError, done, offset, length) = (false, false, false, 0, 0);
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                isAnswer = json.ValueTextEquals("ai_response"u8);
                isError = json.ValueTextEquals("error"u8);
            }
            else if (json.ValueTextEquals("content"u8))
            {
                json.Read();
                if (_content.Length < json.ValueSpan.Length)
                    _content = new char[json.ValueSpan.Length];
                length = json.CopyString(_content);
            }
            else if (json.ValueTextEquals("offset"u8))
            {
                json.Read();
                offset = json.GetInt32();
            }
            else if (json.ValueTextEquals("metadata"u8))
            {
                json.Read();
                done = ReadMetadata(ref json);
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                throw new WrongAnswerException($"The server answered with an error: {JsonDocument.ParseValue(ref json).RootElement}");
            }
            else
            {
                json.Skip();
            }
        }

        if (isError)
            throw new WrongAnswerException("The server answered with an error frame.");
        if (!isAnswer)
            return false;
        if (answer is null)
            throw new WrongAnswerException("A piece of an answer arrived without a question.");

        // The last frame may be empty or carry the last piece.
        if (length > 0)
            answer.Accept(offset, _content.AsSpan(0, length));
        if (done)
            answer.Complete();
        return done;
    }

    private static bool ReadMetadata(ref Utf8JsonReader json)
    {
        var done = false;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("done"u8))
            {
                json.Read();
                done = json.ValueTextEquals("true"u8);
            }
            else if (json.ValueTextEquals("finish_reason"u8))
            {
                json.Read();
                if (!json.ValueTextEquals("stop"u8))
                    throw new WrongAnswerException($"An answer ended with the reason '{Encoding.UTF8.GetString(json.ValueSpan)}'.");
            }
            else
            {
                json.Skip();
            }
        }

        return done;
    }
}
