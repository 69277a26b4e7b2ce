using System.Text;
using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Feed;
using Chatbox.Messages.Feed;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Health;
using Chatbox.Node.Identity;
using Chatbox.Node.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using static Chatbox.Messages.Feed.FeedProtocol;

namespace Chatbox.Node.Endpoints.Feed;

/// <summary>
/// Streams the feed to readers. A reader asks the feed for the next page only after it has sent the page before, so that a slow one costs
/// nothing but its own place; one that takes nothing for <see cref="WriteWithin"/> is cut off.
/// </summary>
internal sealed class AdminEvents(
    IRequiredActor<AdminFeedProxy> feed,
    TokenValidator tokens,
    DrainState drain,
    PrometheusMetrics metrics,
    TimeProvider clock
)
{
    public const string ContentType = "text/event-stream";

    /// <summary>Longest time that a client may take for one page.</summary>
    public static readonly TimeSpan WriteWithin = TimeSpan.FromSeconds(15);

    /// <summary>Most readers on one node.</summary>
    public const int MaxReaders = 500;

    /// <summary>Most events in one page. With the longest ids they stay below the size of a message between nodes.</summary>
    private const int PageSize = 30;

    /// <summary>A stream ends after this time, and the client comes back.</summary>
    private static readonly TimeSpan LongestStream = TimeSpan.FromHours(12);

    /// <summary>The feed replies within <see cref="AdminFeedActor.LongestWait"/>, unless it moves to another node or a message was lost.</summary>
    private static readonly TimeSpan AskTimeout = AdminFeedActor.LongestWait + TimeSpan.FromSeconds(3);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(3);

    /// <summary>Other nodes are there at once.</summary>
    private static readonly TimeSpan RetryAfterDrain = TimeSpan.FromSeconds(1);

    private int _readers;

    public async Task<IResult> Serve(HttpContext http)
    {
        metrics.Feed.Readers(1);
        try
        {
            if (Interlocked.Increment(ref _readers) > MaxReaders)
                return ErrorResponse.Unavailable("Too many administrators follow the events at this server.");
            await Stream(http);
            return Results.Empty;
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
            metrics.Feed.Readers(-1);
        }
    }

    private async Task Stream(HttpContext http)
    {
        var identity = http.Caller();
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = ContentType;
        // Proxies such as nginx would collect events otherwise.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        using var end = new CancellationTokenSource(LifeOf(identity), clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, drain.StreamsEnd, end.Token);
        try
        {
            await Write(http, EventText.Retry(RetryAfter));
            if (await Follow(http, identity, stop.Token) && drain.StreamsEnd.IsCancellationRequested)
                await Write(http, EventText.Retry(RetryAfterDrain));
        }
        catch (OperationCanceledException)
        {
            // The client has gone or was cut off.
        }
    }

    /// <returns>Whether the client is still there.</returns>
    private async Task<bool> Follow(HttpContext http, TokenIdentity identity, CancellationToken cancellationToken)
    {
        var position = EventText.ParseId(http.Request.Headers["Last-Event-ID"]);
        while (!tokens.IsWithdrawn(identity.UserId, identity.IssuedAt, identity.TokenId))
        {
            FeedPage? page;
            try
            {
                page = await Ask(new ReadFeed(position, PageSize), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return !http.RequestAborted.IsCancellationRequested;
            }

            await Write(http, page is null ? EventText.Heartbeat : TextOf(page, isFirst: position is null));
            position = page?.Position ?? position;
        }

        return true;
    }

    /// <summary>The next page; null if the feed does not reply now.</summary>
    private async Task<FeedPage?> Ask(ReadFeed request, CancellationToken cancellationToken)
    {
        try
        {
            return await feed.ActorRef.Ask<FeedPage>(request, AskTimeout, cancellationToken);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    private string TextOf(FeedPage page, bool isFirst)
    {
        if (page.MustReload)
            return EventText.Of(page.Position, new FeedEvent(FeedEventType.Reload, clock.GetUtcNow()));
        if (isFirst)
            return EventText.Of(page.Position);
        if (page.Events.IsEmpty)
            return EventText.Heartbeat;
        var text = new StringBuilder();
        var number = page.Position.Number - page.Events.Count;
        foreach (var @event in page.Events)
            text.Append(EventText.Of(page.Position with { Number = ++number }, @event));
        return text.ToString();
    }

    private async Task Write(HttpContext http, string text)
    {
        using var late = new CancellationTokenSource(WriteWithin, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, late.Token);
        try
        {
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), either.Token);
            await http.Response.Body.FlushAsync(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            metrics.Feed.ReaderCut();
            http.Abort();
            throw;
        }
    }

    private TimeSpan LifeOf(TokenIdentity identity)
    {
        if (tokens.EndOf(identity) is not { } end)
            return LongestStream;
        var left = end - clock.GetUtcNow();
        return left <= TimeSpan.Zero ? TimeSpan.Zero
            : left < LongestStream ? left
            : LongestStream;
    }
}
