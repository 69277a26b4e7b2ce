using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Chatbox.Benchmarks.ScriptedModel;

/// <summary>
/// Streams one answer as server-sent events, like an OpenAI-compatible endpoint. Only <see cref="TokenWheel"/> drives it.
/// </summary>
internal sealed class ModelStream(PipeWriter output, ScriptedAnswer answer, int promptTokens, CancellationToken aborted)
{
    private const string Head =
        "data: {\"id\":\"chatcmpl-scripted\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"scripted\","
        + "\"choices\":[{\"index\":0,\"delta\":{";

    private static readonly byte[] BeforeToken = Encoding.UTF8.GetBytes(Head + "\"content\":\"");
    private static readonly byte[] AfterToken = "\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n"u8.ToArray();
    private static readonly byte[] Finish = Encoding.UTF8.GetBytes(Head + "},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n");

    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<FlushResult>? _flush;
    private int _next;

    /// <summary>Completes after the last byte was handed over, or when the reader disconnected.</summary>
    public Task Finished => _finished.Task;

    /// <summary>Sends the next token unless the previous one is still in transit. Returns false when the stream has ended.</summary>
    public bool Advance()
    {
        if (_flush is { IsCompleted: false })
            return true;

        if (aborted.IsCancellationRequested || _flush is { IsCompletedSuccessfully: false } or { Result.IsCompleted: true })
        {
            _finished.TrySetResult();
            return false;
        }

        var ended = _next == answer.Tokens;
        if (ended)
            WriteEnd();
        else
            WriteToken(_next++);

        var flush = output.FlushAsync(CancellationToken.None).AsTask();
        _flush = flush is { IsCompletedSuccessfully: true, Result.IsCompleted: false } ? null : flush;
        if (!ended)
            return true;

        if (_flush is null)
            _finished.TrySetResult();
        else
            _flush.ContinueWith(static (_, finished) => ((TaskCompletionSource)finished!).TrySetResult(), _finished, TaskScheduler.Default);
        return false;
    }

    private void WriteToken(int index)
    {
        Span<char> token = stackalloc char[ScriptedAnswer.StampLength];
        if (index == 0)
        {
            token[0] = '@';
            Stopwatch.GetTimestamp().TryFormat(token[1..], out _, "x16", CultureInfo.InvariantCulture);
            token[^1] = ' ';
        }
        else
        {
            token = token[..ScriptedAnswer.TokenLength];
            answer.Write(index, token);
        }

        var span = output.GetSpan(BeforeToken.Length + AfterToken.Length + 3 * ScriptedAnswer.StampLength);
        BeforeToken.CopyTo(span);
        var at = BeforeToken.Length + Encoding.UTF8.GetBytes(token[..^1], span[BeforeToken.Length..]);
        at += token[^1] switch
        {
            '\n' => Put("\\n"u8, span[at..]),
            '"' => Put("\\\""u8, span[at..]),
            _ => Encoding.UTF8.GetBytes(token[^1..], span[at..]),
        };
        AfterToken.CopyTo(span[at..]);
        output.Advance(at + AfterToken.Length);
    }

    private void WriteEnd()
    {
        output.Write(Finish);
        output.Write(
            Encoding.UTF8.GetBytes(
                "data: {\"id\":\"chatcmpl-scripted\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"scripted\",\"choices\":[],"
                    + $"\"usage\":{{\"prompt_tokens\":{promptTokens},\"completion_tokens\":{answer.Tokens},\"total_tokens\":{promptTokens + answer.Tokens}}}}}\n\n"
                    + "data: [DONE]\n\n"
            )
        );
    }

    private static int Put(ReadOnlySpan<byte> bytes, Span<byte> to)
    {
        bytes.CopyTo(to);
        return bytes.Length;
    }
}
