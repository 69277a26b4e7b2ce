using System.Diagnostics;

namespace Chatbox.Actors.Telemetry;

/// <summary>
/// Creates the trace spans of a message's way: from the client's frame through the session, its journal and the model to the frame of every
/// viewer. Spans contain ids, sizes and times, never content. Without a listener, <see cref="Begin"/> returns null.
/// </summary>
public static class Tracing
{
    /// <summary>Name of the <see cref="ActivitySource"/>.</summary>
    public const string SourceName = "Chatbox";

    /// <summary>The parent of spans that nobody records, whatever the sampler is (W3C: the last byte is 0).</summary>
    internal const string Unrecorded = "00-00000000000000000000000000000001-0000000000000001-00";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins a span. Dispose of it, or call <see cref="End"/>, to end it.</summary>
    /// <param name="traceParent">The parent span, as a W3C <c>traceparent</c>; null for the first span of a trace.</param>
    internal static Activity? Begin(string name, ActivityKind kind, string? traceParent)
    {
        if (!Source.HasListeners() || traceParent == Unrecorded)
            return null;

        // Actors share their threads, so the current span of a thread belongs to other work and must not become the parent.
        var outer = Activity.Current;
        Activity.Current = null;
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent);
        var span = Source.StartActivity(name, kind, parent);
        Activity.Current = outer;
        return span;
    }

    /// <summary>Ends a span.</summary>
    /// <param name="error">The failure, as one of a small set of words; null for success.</param>
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
