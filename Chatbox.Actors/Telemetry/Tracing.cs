using System.Diagnostics;

namespace Chatbox.Actors.Telemetry;

/// <summary>
/// The spans of a message's way: from the client's frame over the session, its journal and the model to every viewer's frame. They carry
/// ids, sizes and times, never content. Without a listener nothing is made, and <see cref="Begin"/> returns null.
/// </summary>
public static class Tracing
{
    /// <summary>Name of the <see cref="ActivitySource"/>.</summary>
    public const string SourceName = "Chatbox";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins a span; it ends when it is disposed of.</summary>
    /// <param name="traceParent">The span it belongs to, as W3C Trace Context writes it; null for the first of a trace.</param>
    internal static Activity? Begin(string name, ActivityKind kind, string? traceParent)
    {
        if (!Source.HasListeners())
            return null;

        // An actor's thread belongs to many: what is under way on it, before or after, is nobody's parent here.
        var outer = Activity.Current;
        Activity.Current = null;
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent);
        var span = Source.StartActivity(name, kind, parent);
        Activity.Current = outer;
        return span;
    }

    /// <summary>Ends a span.</summary>
    /// <param name="error">What went wrong, from a small set of words; null if nothing did.</param>
    internal static void End(this Activity? span, string? error = null)
    {
        if (span is null)
            return;
        if (error is not null)
            span.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);
        var outer = Activity.Current;
        span.Dispose();
        Activity.Current = outer;
    }
}
