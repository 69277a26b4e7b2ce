using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>Reads a provider's raw response as server-sent events and hands out one update per piece of text.</summary>
internal static class ProviderStream
{
    /// <summary>Most bytes that may come without an event; a provider's events are a few hundred.</summary>
    public const int MaxEventBytes = 1024 * 1024;

    /// <exception cref="Chatbox.Actors.Models.ModelFailureException">The stream broke off, is malformed, or carried an error.</exception>
    public static async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(
        Stream body,
        ProviderEvents events,
        StreamSigns? signs,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var bounded = new BoundedEventStream(body, MaxEventBytes, events.Provider, signs);
        var parser = SseParser.Create(
            bounded,
            (_, data) =>
            {
                bounded.EventRead();
                return events.Read(data);
            }
        );
        await using var pieces = parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (!events.Ended)
        {
            try
            {
                if (!await pieces.MoveNextAsync().ConfigureAwait(false))
                    break;
            }
            catch (Exception failure) when (IsBroken(failure))
            {
                // A connection that is closed because we asked for it may say so with an I/O error.
                cancellationToken.ThrowIfCancellationRequested();
                if (failure is IOException && events.Complete)
                    break;
                throw ProviderFailures.Broken(events.Provider, failure is IOException ? "the stream was cut" : "the stream is malformed");
            }

            if (events.TakeThought() is { } thought)
                yield return thought;
            if (pieces.Current.Data is { Length: > 0 } text)
                yield return events.Piece(text);
        }

        if (!events.Complete)
            throw ProviderFailures.Broken(events.Provider, "the stream ended before the answer did");
        yield return events.Last();
    }

    // JSON that is cut, of the wrong shape, with broken UTF-8 or half a surrogate pair, or a number out of range.
    private static bool IsBroken(Exception failure) =>
        failure is IOException or JsonException or InvalidOperationException or FormatException or OverflowException;
}
