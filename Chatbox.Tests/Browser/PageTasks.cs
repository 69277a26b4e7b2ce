using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace Chatbox.Tests.Browser;

/// <summary>
/// The tasks of a page's main thread, by Chromium's tracing. Times are those that the thread itself has used (its CPU time): on a machine that is
/// busy, a task lasts longer, because the thread waits for a core. Even so, times belong into reports, and decide no test.
/// </summary>
internal sealed class PageTasks
{
    /// <summary>Of the events within a task, those that say what it did. The rest says what the browser waited for.</summary>
    private static readonly HashSet<string> Works =
    [
        "FunctionCall",
        "EvaluateScript",
        "v8.compileModule",
        "v8.evaluateModule",
        "FireAnimationFrame",
        "TimerFire",
        "EventDispatch",
        "WebSocketReceive",
        "RunMicrotasks",
        "UpdateLayoutTree",
        "Layout",
        "PrePaint",
        "Paint",
        "Layerize",
        "Commit",
        "ParseHTML",
        "MinorGC",
        "MajorGC",
    ];

    /// <summary>Tells the page's thread from those of the browser's own pages.</summary>
    private const string Mark = "the-page-that-is-traced";

    private readonly IPage _page;
    private readonly ICDPSession _session;
    private readonly ConcurrentQueue<JsonElement> _events = new();
    private readonly TaskCompletionSource _complete = new();

    private PageTasks(IPage page, ICDPSession session) => (_page, _session) = (page, session);

    public static async Task<PageTasks> Trace(IPage page)
    {
        var tasks = new PageTasks(page, await page.Context.Browser!.NewBrowserCDPSessionAsync());
        tasks._session.Event("Tracing.dataCollected").OnEvent += (_, data) =>
        {
            foreach (var e in data!.Value.GetProperty("value").EnumerateArray())
                tasks._events.Enqueue(e.Clone());
        };
        tasks._session.Event("Tracing.tracingComplete").OnEvent += (_, _) => tasks._complete.TrySetResult();
        await tasks._session.SendAsync(
            "Tracing.start",
            new Dictionary<string, object>
            {
                ["categories"] = "devtools.timeline,disabled-by-default-devtools.timeline,v8,blink.user_timing",
                ["transferMode"] = "ReportEvents",
            }
        );
        return tasks;
    }

    /// <summary>Ends the trace, and says how long the tasks were.</summary>
    public async Task<string> Report()
    {
        await _page.EvaluateAsync("mark => performance.mark(mark)", Mark);
        await _session.SendAsync("Tracing.end");
        await _complete.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var thread = Thread(_events.First(e => Name(e) == Mark));
        var main = _events.Where(e => Thread(e) == thread).ToList();
        var tasks = main.Where(e => Name(e) == "RunTask").OrderBy(Own).ToList();
        if (tasks.Count == 0)
            return "no task was traced";
        var times = tasks.Select(Own).ToArray();
        var frames = Math.Max(1, main.Count(e => Name(e) == "Commit"));
        return $"{tasks.Count} tasks, {times.Sum():0} ms of the thread's own time, {times.Sum() / frames:0.0} ms for each of {frames} frames, "
            + $"p99 {times[times.Length * 99 / 100]:0.0} ms, longest {times[^1]:0.0} ms ({tasks.Max(Wall):0.0} ms with what it waited for), "
            + $"{times.Count(time => time > 16)} over 16 ms, {times.Count(time => time > 50)} over 50 ms"
            + string.Concat(tasks.TakeLast(5).Select(task => $"\n  {Own(task):0.0} of {Wall(task):0.0} ms: {Parts(task, main)}"));
    }

    /// <summary>What took longest within a task. Parts hold each other.</summary>
    private static string Parts(JsonElement task, IEnumerable<JsonElement> events)
    {
        var (start, end) = (Start(task), Start(task) + 1000 * Wall(task));
        var parts = events
            .Where(e => Start(e) >= start && Start(e) < end && Works.Contains(Name(e)))
            .GroupBy(Name)
            .Select(group => (Name: group.Key, Count: group.Count(), Time: group.Sum(Own)))
            .OrderByDescending(part => part.Time)
            .Take(8);
        return string.Join(", ", parts.Select(part => $"{part.Count} {part.Name} {part.Time:0.0}"));
    }

    private static double Start(JsonElement e) => e.GetProperty("ts").GetDouble();

    private static double Own(JsonElement e) => Milliseconds(e, "tdur");

    private static double Wall(JsonElement e) => Milliseconds(e, "dur");

    private static double Milliseconds(JsonElement e, string name) => e.TryGetProperty(name, out var time) ? time.GetDouble() / 1000 : 0;

    private static string Name(JsonElement e) => e.TryGetProperty("name", out var name) ? name.GetString() ?? "" : "";

    private static (int Process, int Thread) Thread(JsonElement e) => (e.GetProperty("pid").GetInt32(), e.GetProperty("tid").GetInt32());
}
