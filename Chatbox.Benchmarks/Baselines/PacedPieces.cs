using System.Runtime.CompilerServices;
using System.Text;

namespace Chatbox.Benchmarks.Baselines;

/// <summary>Paces pieces as Chatbox does by default: the first one at once, then what has gathered, at most once per interval.</summary>
internal static class PacedPieces
{
    /// <param name="interval">More than zero.</param>
    public static async IAsyncEnumerable<string> Paced(
        this IAsyncEnumerable<string> pieces,
        TimeSpan interval,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var source = pieces.GetAsyncEnumerator(cancellationToken);
        if (!await source.MoveNextAsync())
            yield break;
        yield return source.Current;

        var gathered = new StringBuilder();
        var reading = Gather(source, gathered);
        using var turns = new PeriodicTimer(interval);
        do
        {
            await Task.WhenAny(reading, turns.WaitForNextTickAsync(cancellationToken).AsTask());
            if (Take(gathered) is { Length: > 0 } piece)
                yield return piece;
        } while (!reading.IsCompleted);

        await reading;
        if (Take(gathered) is { Length: > 0 } last)
            yield return last;
    }

    private static async Task Gather(IAsyncEnumerator<string> source, StringBuilder gathered)
    {
        while (await source.MoveNextAsync())
        {
            lock (gathered)
                gathered.Append(source.Current);
        }
    }

    private static string Take(StringBuilder gathered)
    {
        lock (gathered)
        {
            var text = gathered.ToString();
            gathered.Clear();
            return text;
        }
    }
}
