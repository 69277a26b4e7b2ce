using System.Text.Json;

namespace Chatbox.Benchmarks.Client;

/// <summary>
/// The part of SignalR's JSON protocol that a streamed call needs, on a bare socket. The official client would use several times the CPU of
/// the other targets' client, on the same cores.
/// </summary>
internal sealed class SignalRChat : ChatSocket
{
    private const byte RecordSeparator = 0x1e;
    private const int StreamItem = 2;
    private const int Completion = 3;
    private const int Close = 7;

    private readonly AnswerFrameReader _frames = new();
    private int _calls;

    protected override async Task Greet()
    {
        await Send("{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray());
        var greeting = await Receive();
        if (!greeting.Span.SequenceEqual("{}\u001e"u8))
            throw new WrongAnswerException("The hub refused the handshake.");
    }

    protected override ReadOnlyMemory<byte> Question(string question)
    {
        var call = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                type = 4,
                invocationId = $"{++_calls}",
                target = "Ask",
                arguments = new[] { question },
            }
        );
        return (byte[])[.. call, RecordSeparator];
    }

    protected override bool Read(ReadOnlyMemory<byte> message, AnswerChecker? answer)
    {
        var done = false;
        for (var rest = message.Span; !rest.IsEmpty; )
        {
            var end = rest.IndexOf(RecordSeparator);
            if (end < 0)
                throw new WrongAnswerException("A SignalR message is incomplete.");
            done |= ReadRecord(rest[..end], answer);
            rest = rest[(end + 1)..];
        }

        return done;
    }

    private bool ReadRecord(ReadOnlySpan<byte> record, AnswerChecker? answer)
    {
        var json = new Utf8JsonReader(record);
        json.Read();
        var (type, done) = (0, false);
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                type = json.GetInt32();
            }
            else if (json.ValueTextEquals("item"u8))
            {
                json.Read();
                done = _frames.Read(ref json, answer);
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                throw new WrongAnswerException($"The hub answered with an error: {json.GetString()}");
            }
            else
            {
                json.Skip();
            }
        }

        return type switch
        {
            Close => throw new WrongAnswerException("The hub closed the connection."),
            // The completion of the previous call may arrive while the next answer is still empty.
            Completion when answer is { Tokens: > 0, IsWhole: false } => throw new WrongAnswerException(
                "The hub's stream ended before the answer did."
            ),
            StreamItem => done,
            _ => false,
        };
    }
}
