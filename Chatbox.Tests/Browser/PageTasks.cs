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
        var milliseconds = _events
            .Where(e => Name(e).EndsWith("RunTask", StringComparison.Ordinal) && threads.Contains(Thread(e)))
            .Select(e => e.TryGetProperty("dur", out var duration) ? duration.GetDouble() / 1000 : 0)
            .Order()
            .ToArray();
        return milliseconds.Length == 0
            ? "no task was traced"
            : $"{milliseconds.Length} tasks, {milliseconds.Sum():0} ms in all, p99 {milliseconds[milliseconds.Length * 99 / 100]:0.0} ms, "
                + $"longest {milliseconds[^1]:0.0} ms, {milliseconds.Count(time => time > 16)} over 16 ms";
    }

    private static string Name(JsonElement e) => e.TryGetProperty("name", out var name) ? name.GetString() ?? "" : "";

    private static (int Process, int Thread) Thread(JsonElement e) => (e.GetProperty("pid").GetInt32(), e.GetProperty("tid").GetInt32());
}
