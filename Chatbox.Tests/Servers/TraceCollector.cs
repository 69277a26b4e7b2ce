using System.Net;
using System.Text;
using Chatbox.Tests.Servers.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatbox.Tests.Servers;

/// <summary>An OTLP collector over HTTP on a free port that keeps every span.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<ReceivedSpan> _spans = [];
    private readonly StringBuilder _bytes = new();
    private readonly WebApplication _app;
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TraceCollector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapPost("/v1/traces", Receive);
    }

    /// <summary>Settings by environment name that make a node export its spans here without delay.</summary>
    public IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
        };

    /// <summary>Everything that was ever received, one character per byte.</summary>
    public string Bytes
    {
        get
        {
            lock (_gate)
                return _bytes.ToString();
        }
    }

    public static async Task<TraceCollector> Start()
    {
        var collector = new TraceCollector();
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>
    /// Waits until this many spans whose name starts with <paramref name="beginning"/> have arrived, and the parents of all spans; returns
    /// all spans.
    /// </summary>
    /// <exception cref="TimeoutException">The spans did not arrive within half a minute. The message lists the spans that did.</exception>
    public Task<IReadOnlyList<ReceivedSpan>> UntilWhole(string beginning, int count) =>
        Until(spans =>
            spans.Count(s => s.Name.StartsWith(beginning, StringComparison.Ordinal)) >= count
            && spans.Select(s => s.Parent).Where(parent => parent.Length > 0).All(parent => spans.Any(s => s.Id == parent))
        );

    private async Task<IReadOnlyList<ReceivedSpan>> Until(Func<IReadOnlyList<ReceivedSpan>, bool> complete)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            IReadOnlyList<ReceivedSpan> spans;
            Task arrival;
            lock (_gate)
                (spans, arrival) = ([.. _spans], _arrival.Task);
            if (complete(spans))
                return spans;
            try
            {
                await arrival.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"Not all spans came; these did:\n{string.Join('\n', spans)}", e);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task Receive(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var traces = ExportedTraces.Parser.ParseFrom(body.ToArray());
        lock (_gate)
        {
            _bytes.Append(Encoding.Latin1.GetString(body.ToArray()));
            foreach (var resource in traces.ResourceSpans)
            {
                var instance = resource.Resource.Attributes.Single(a => a.Key == "service.instance.id").Value.StringValue;
                _spans.AddRange(resource.ScopeSpans.SelectMany(scope => scope.Spans).Select(span => new ReceivedSpan(instance, span)));
            }

            _arrival.SetResult();
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}

/// <summary>A span and the node that sent it.</summary>
internal sealed record ReceivedSpan(string Instance, Span Span)
{
    public string Name => Span.Name;

    public string Trace => Convert.ToHexString(Span.TraceId.Span);

    public string Id => Convert.ToHexString(Span.SpanId.Span);

    /// <summary>The id of the parent span; empty for the first span of a trace.</summary>
    public string Parent => Convert.ToHexString(Span.ParentSpanId.Span);

    /// <summary>Whether the span has the status "error" (2).</summary>
    public bool HasFailed => Span.Status?.Code == 2;

    public string? this[string attribute] => Span.Attributes.SingleOrDefault(a => a.Key == attribute)?.Value.StringValue;

    public override string ToString() => $"{Instance} {Trace} {Parent}>{Id} {Name}";
}
