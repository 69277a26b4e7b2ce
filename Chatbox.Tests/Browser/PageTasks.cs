using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace Chatbox.Tests.Browser;

/// <summary>
/// The tasks of the pages' main threads, by Chromium's tracing. A machine that is busy makes every task longer: times belong into reports, and
/// decide no test.
/// </summary>
internal sealed class PageTasks
{
    private readonly ICDPSession _session;
    private readonly ConcurrentQueue<JsonElement> _events = new();
    private readonly TaskCompletionSource _complete = new();

    private PageTasks(ICDPSession session) => _session = session;

    public static async Task<PageTasks> Trace(IBrowser browser)
    {
        var tasks = new PageTasks(await browser.NewBrowserCDPSessionAsync());
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
                ["categories"] = "toplevel,disabled-by-default-devtools.timeline",
                ["transferMode"] = "ReportEvents",
            }
        );
        return tasks;
    }

    /// <summary>Ends the trace, and says how long the tasks were.</summary>
    public async Task<string> Report()
    {
        await _session.SendAsync("Tracing.end");
        await _complete.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var threads = _events
            .Where(e => Name(e) == "thread_name" && e.GetProperty("args").GetProperty("name").GetString() == "CrRendererMain")
            .Select(Thread)
            .ToHashSet();
        var main = _events.Where(e => threads.Contains(Thread(e))).ToList();
        var tasks = main.Where(e => Name(e).EndsWith("RunTask", StringComparison.Ordinal)).OrderBy(Milliseconds).ToList();
        if (tasks.Count == 0)
            return "no task was traced";
        var milliseconds = tasks.Select(Milliseconds).ToArray();
        var frames = Math.Max(1, main.Count(e => Name(e) == "Commit"));
        return $"{tasks.Count} tasks, {milliseconds.Sum():0} ms in all, {milliseconds.Sum() / frames:0.0} ms for each of {frames} frames, "
            + $"p99 {milliseconds[milliseconds.Length * 99 / 100]:0.0} ms, longest {milliseconds[^1]:0.0} ms, "
            + $"{milliseconds.Count(time => time > 16)} over 16 ms, {milliseconds.Count(time => time > 50)} over 50 ms"
            + string.Concat(
                tasks
                    .Where(task => Milliseconds(task) > 16)
                    .TakeLast(5)
                    .Select(task => $"\n  {Milliseconds(task):0.0} ms: {Parts(task, main)}")
            );
    }

    /// <summary>What took longest within a task.</summary>
    private static string Parts(JsonElement task, IEnumerable<JsonElement> events)
    {
        var (start, end) = (Start(task), Start(task) + 1000 * Milliseconds(task));
        var parts = events
            .Where(e =>
                Thread(e) == Thread(task) && Start(e) >= start && Start(e) < end && !Name(e).EndsWith("RunTask", StringComparison.Ordinal)
            )
            .GroupBy(Name)
            .Select(group => (Name: group.Key, Time: group.Sum(Milliseconds)))
            .OrderByDescending(part => part.Time)
            .Take(6);
        return string.Join(", ", parts.Select(part => $"{part.Name} {part.Time:0.0}"));
    }

    private static double Start(JsonElement e) => e.GetProperty("ts").GetDouble();

    private static double Milliseconds(JsonElement e) => e.TryGetProperty("dur", out var duration) ? duration.GetDouble() / 1000 : 0;

    private static string Name(JsonElement e) => e.TryGetProperty("name", out var name) ? name.GetString() ?? "" : "";

    private static (int Process, int Thread) Thread(JsonElement e) => (e.GetProperty("pid").GetInt32(), e.GetProperty("tid").GetInt32());
}
