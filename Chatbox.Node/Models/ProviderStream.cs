using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>
/// Reads a provider's raw response. The text of events that have arrived together is one update, so what follows costs the same however many tokens
/// a read has brought. Everything else is an update of its own, in the order of the events.
/// </summary>
internal sealed class ProviderStream : IDisposable
{
    /// <summary>Greatest size of one event without files, in bytes. Usual events have a few hundred.</summary>
    public const int MaxEventBytes = 1024 * 1024;

    /// <summary>
    /// Greatest size of a response that is one JSON document, in bytes: more than the longest answer with every character escaped.
    /// </summary>
    public const int MaxDocumentBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Longest wait for usage numbers and the closing event once the provider has said why the answer ended. Some providers never send them
    /// and keep the connection open.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>A read of so many bytes may have left some: half of what an HTTP connection of .NET reads at once, frames of chunks included.</summary>
    private const int Plenty = 2048;

    private readonly Stream _body;
    private readonly string? _contentType;
    private readonly ProviderEvents _events;
    private readonly StreamSigns? _signs;
    private readonly ReadPace? _pace;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _cancelled;
    private readonly EventSplitter _splitter;
    private CancellationTokenSource? _grace;
    private CancellationTokenRegistration _cancellation;
    private ExceptionDispatchInfo? _failure;
    private bool _leftSome;
    private bool _isCut;
    private bool _sawEvent;
    private bool _sawDocument;

    private ProviderStream(
        Stream body,
        string? contentType,
        ProviderEvents events,
        StreamSigns? signs,
        ReadPace? pace,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        (_body, _contentType, _events, _signs, _pace) = (body, contentType, events, signs, pace);
        (_clock, _cancelled) = (clock, cancellationToken);
        _splitter = new EventSplitter(events.MaxEventBytes, Math.Max(MaxDocumentBytes, events.MaxEventBytes));
    }

    /// <param name="contentType">The content type of the response, for the log. Its first bytes decide what it really is.</param>
    /// <param name="signs">Receives signs of life; null for none.</param>
    /// <param name="pace">When more is read; null for whenever something arrives. A response that is ahead of its turns is read on at once, and so is the rest behind the reason for the end.</param>
    /// <exception cref="ModelFailureException">The response broke off, is malformed, or contained an error.</exception>
    public static async IAsyncEnumerable<ChatResponseUpdate> Read(
        Stream body,
        string? contentType,
        ProviderEvents events,
        StreamSigns? signs,
        ReadPace? pace,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var stream = new ProviderStream(body, contentType, events, signs, pace, clock, cancellationToken);
        while (!events.Ended)
        {
            if (stream.Next())
            {
                if (!events.StandsAlone && stream._failure is null)
                    continue;
                if (events.TakeEarlierText() is { } earlier)
                    yield return earlier;
                stream._failure?.Throw();
                if (events.TakeThought() is { } thought)
                    yield return thought;
                if (events.TakeText() is { } text)
                    yield return text;
                if (events.Files.Take() is { } files)
                    yield return files;
            }
            else if (stream._splitter.IsAtEnd)
                break;
            else if (!stream._splitter.FindsDocument())
            {
                if (events.TakeText() is { } text)
                    yield return text;
                await stream.Fill().ConfigureAwait(false);
            }
        }

        if (events.TakeRest() is { } rest)
            yield return rest;
        stream.CheckEnd();
        yield return events.Last();
    }

    public void Dispose()
    {
        _cancellation.Dispose();
        _grace?.Dispose();
    }

    /// <summary>Reads the next event that has arrived; false if there is none. A failure is kept, because text may have come before it.</summary>
    private bool Next()
    {
        var isDecided = _events.IsDecided;
        try
        {
            if (!_splitter.Next(out var name, out var data, out var isDocument))
                return false;
            _sawEvent |= !isDocument;
            _sawDocument |= isDocument;
            _events.Read(name, data, isDocument);
        }
        catch (Exception failure) when (isDecided && failure is JsonException or ModelFailureException)
        {
            // The answer is complete, so whatever follows it does no harm.
        }
        catch (JsonException) when (_events.IsDecided)
        {
            // The malformed part follows the word that ended the answer.
        }
        catch (JsonException)
        {
            _failure = ExceptionDispatchInfo.Capture(Broken(_isCut ? "the stream was cut" : "the stream is malformed"));
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }

        if (_events.Spoke)
            _grace?.CancelAfter(Grace);
        return true;
    }

    /// <summary>Waits for more bytes, or for the end of the response.</summary>
    // Pooled, so that waiting for a token allocates nothing.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask Fill()
    {
        if (_splitter.IsMarkup)
            throw Unreadable();
        if (_splitter.IsTooLarge)
            throw Broken("an event exceeds the size limit");
        if (_events.Finish is not null && _grace is null)
        {
            _grace = new CancellationTokenSource(Grace, _clock);
            _cancellation = _cancelled.UnsafeRegister(static grace => ((CancellationTokenSource)grace!).Cancel(), _grace);
        }

        try
        {
            if (_pace is not null && !_leftSome && _events.Finish is null)
                await _pace.NextTurn().ConfigureAwait(false);
            var free = _splitter.Free;
            var read = await _body.ReadAsync(free, _grace?.Token ?? _cancelled).ConfigureAwait(false);
            _leftSome = read == free.Length || read >= Plenty;
            _splitter.Filled(read);
            if (read == 0)
                return;

            // Comments and partial events are signs of life too.
            _signs?.Begin();
            _signs?.Heard();
        }
        catch (OperationCanceledException) when (!_cancelled.IsCancellationRequested)
        {
            _splitter.Filled(0);
        }
        catch (IOException)
        {
            // A connection that was closed on cancellation may fail with an I/O error.
            _cancelled.ThrowIfCancellationRequested();
            _isCut = true;
            _splitter.Filled(0);
        }
    }

    private void CheckEnd()
    {
        if (_events is { MayEnd: true, IsAnswer: true })
            return;
        if (_events.MayEnd)
            throw Broken(_events.HasText ? "the stream ended without a finish reason" : "the stream ended without an answer");
        if (_isCut)
            throw Broken("the stream was cut");
        var isForeign = _splitter.HasContent && !_events.HasText && !_sawEvent && (_sawDocument || !_splitter.IsRecognized);
        throw isForeign ? Unreadable() : Broken("the stream ended before the answer");
    }

    private ModelFailureException Broken(string what) => ProviderFailures.Broken(_events.Provider, what);

    private ModelFailureException Unreadable() => ProviderFailures.Unreadable(_events.Provider, _contentType);
}
