using System.Diagnostics;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Client;

/// <summary>The options of a load client, which the parent process passes as JSON.</summary>
internal sealed record LoadClientOptions
{
    /// <summary>The addresses of one server, or of several nodes of one service.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }

    public required ClientProtocol Protocol { get; init; }

    /// <summary>The key of the users' tokens; null for a server that needs none.</summary>
    public string? JwtSecret { get; init; }

    /// <summary>The number of sockets, each with an answer running at all times, 1 to 20000.</summary>
    public required int Streams { get; init; }

    /// <summary>The number of additional viewers; half of them read slowly, the other half nothing.</summary>
    public required int SlowViewers { get; init; }

    /// <summary>The number of files that are uploaded at once during the window, which then lasts until all are confirmed; 0 for none.</summary>
    public int Uploads { get; init; }

    /// <summary>The size of each file.</summary>
    public int UploadBytes { get; init; }

    /// <summary>The pace of each upload; 0 for as fast as it goes.</summary>
    public int UploadBytesPerSecond { get; init; }

    /// <summary>The only core of the process that uploads; null for all of them.</summary>
    public int? UploadCore { get; init; }

    /// <summary>The number of tokens per answer.</summary>
    public required int Tokens { get; init; }

    /// <summary>The time of one answer at the model's pace. The first questions are spread evenly over this time.</summary>
    public required TimeSpan AnswerDuration { get; init; }

    /// <summary>The time of full load before the measurement.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>The time of the measurement.</summary>
    public required TimeSpan Window { get; init; }

    public required IReadOnlyList<int> ServerPids { get; init; }
    public required int ModelPid { get; init; }
}

/// <summary>
/// Keeps N answers running and measures one window of the steady state. Each socket asks again as soon as its answer has ended. The
/// questions are spread over time, so first tokens are measured under full load and not in a burst.
/// </summary>
internal sealed class LoadClient(LoadClientOptions options, TimeProvider clock)
{
    private static readonly TimeSpan MemoryInterval = TimeSpan.FromSeconds(1);

    private readonly List<AnswerTimes>[] _answers = [.. Enumerable.Range(0, options.Streams).Select(_ => new List<AnswerTimes>())];
    private readonly ChatSocket[] _sockets = [.. Enumerable.Range(0, options.Streams).Select(_ => Sockets.Create(options.Protocol))];
    private volatile bool _enough;

    /// <summary>Runs the load. Throws <see cref="WrongAnswerException"/> for any wrong answer, also outside the window.</summary>
    public async Task<LoadResult> Run(CancellationToken cancellationToken)
    {
        using var invoker = Sockets.CreateInvoker();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await Sockets.Connect(_sockets, options.Servers, invoker, options.JwtSecret, failed.Token);
            var talks = _sockets.Select((_, n) => Talk(n, failed.Token)).ToArray();
            var firstToFail = WhenOneFails(talks);

            var slow = Enumerable.Range(0, options.SlowViewers).Select(n => SlowViewer(n).Run(failed.Token)).ToArray();

            await Delay(options.AnswerDuration + options.WarmUp, firstToFail, failed.Token);
            await using var uploads = await StartUploads(failed.Token);
            var before = Sample(uploads);
            var window = uploads is null ? Task.Delay(options.Window, clock, failed.Token) : UploadClient.Upload(uploads, failed.Token);
            var resident = await WatchMemory(window, firstToFail, failed.Token);
            var after = Sample(uploads);

            _enough = true;
            await Task.WhenAny(Task.WhenAll(talks), firstToFail)
                .Unwrap()
                .WaitAsync(3 * options.AnswerDuration + TimeSpan.FromSeconds(30), clock, failed.Token);
            await failed.CancelAsync();
            await Task.WhenAll(slow);
            if (uploads is not null)
                await UploadClient.Check(uploads, cancellationToken);
            return Result(before, after, resident);
        }
        finally
        {
            await failed.CancelAsync();
            foreach (var socket in _sockets)
                socket.Dispose();
        }
    }

    private async Task Talk(int n, CancellationToken cancellationToken)
    {
        await Task.Delay(options.AnswerDuration * n / options.Streams, clock, cancellationToken);
        for (var asked = 1; !_enough; asked++)
            _answers[n].Add(await _sockets[n].Ask($"Question {asked} of person {n}: what comes next?", options.Tokens));
    }

    /// <summary>Fails as soon as one of the tasks fails; never completes otherwise.</summary>
    private static async Task WhenOneFails(Task[] tasks)
    {
        var failure = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var task in tasks)
        {
            _ = task.ContinueWith(
                t => failure.TrySetException(t.Exception!.InnerException!),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default
            );
        }

        await failure.Task;
    }

    private async Task Delay(TimeSpan time, Task failure, CancellationToken cancellationToken) =>
        await await Task.WhenAny(Task.Delay(time, clock, cancellationToken), failure);

    private Snapshot Sample(ChildProcess? uploads) =>
        new(
            Stopwatch.GetTimestamp(),
            _sockets.Sum(s => s.Tokens),
            ProcessSample.Sum(options.ServerPids),
            ProcessSample.Of(options.ModelPid),
            ProcessSample.Sum(uploads is null ? [Environment.ProcessId] : [Environment.ProcessId, uploads.Pid]),
            MachineSample.Now()
        );

    private SlowViewer SlowViewer(int n)
    {
        var person = n / 2 % options.Streams;
        var bearer = options.JwtSecret is null ? null : BenchmarkToken.Sign(options.JwtSecret, $"person-{person}");
        return new SlowViewer(options.Servers[0], bearer, n % 2 == 0 ? 1_024 : 0, clock);
    }

    private async Task<ChildProcess?> StartUploads(CancellationToken cancellationToken) =>
        options.Uploads == 0
            ? null
            : await UploadClient.Start(
                new UploadClientOptions
                {
                    Server = new UriBuilder(options.Servers[0]) { Scheme = Uri.UriSchemeHttp, Path = "/" }.Uri,
                    JwtSecret = options.JwtSecret,
                    Uploads = options.Uploads,
                    Bytes = options.UploadBytes,
                    BytesPerSecond = options.UploadBytesPerSecond,
                },
                options.UploadCore,
                cancellationToken
            );

    /// <summary>Samples the servers' resident memory in bytes, about once a second during the window.</summary>
    private async Task<IReadOnlyList<long>> WatchMemory(Task window, Task failure, CancellationToken cancellationToken)
    {
        var resident = new List<long>();
        while (!window.IsCompleted)
        {
            resident.Add(ProcessSample.Sum(options.ServerPids).ResidentBytes);
            await await Task.WhenAny(Task.WhenAny(Task.Delay(MemoryInterval, clock, cancellationToken), window), failure);
        }

        await window;
        resident.Add(ProcessSample.Sum(options.ServerPids).ResidentBytes);
        return resident;
    }

    private LoadResult Result(Snapshot before, Snapshot after, IReadOnlyList<long> resident)
    {
        var firsts = _answers.SelectMany(a => a).Where(a => a.Received >= before.At && a.Received < after.At).ToArray();
        if (firsts.Length == 0)
            throw new WrongAnswerException("No answer began within the window: the window is too short, or the server is stuck.");

        return new LoadResult
        {
            Seconds = Stopwatch.GetElapsedTime(before.At, after.At).TotalSeconds,
            Tokens = after.Tokens - before.Tokens,
            ServerCpuSeconds = (after.Server.Cpu - before.Server.Cpu).TotalSeconds,
            ModelCpuSeconds = (after.Model.Cpu - before.Model.Cpu).TotalSeconds,
            ClientCpuSeconds = (after.Client.Cpu - before.Client.Cpu).TotalSeconds,
            MachineBusySeconds = (after.Machine.Busy - before.Machine.Busy).TotalSeconds,
            MachineSeconds = (after.Machine.Total - before.Machine.Total).TotalSeconds,
            ServerResident = resident,
            FirstTokens = firsts.Length,
            AddedP50 = firsts.Select(a => a.AddedMilliseconds).Percentile(50),
            AddedP99 = firsts.Select(a => a.AddedMilliseconds).Percentile(99),
            WaitedP50 = firsts.Select(a => a.WaitedMilliseconds).Percentile(50),
            WaitedP99 = firsts.Select(a => a.WaitedMilliseconds).Percentile(99),
            CheckedAnswers = _answers.Sum(a => a.Count),
        };
    }

    private sealed record Snapshot(
        long At,
        long Tokens,
        ProcessSample Server,
        ProcessSample Model,
        ProcessSample Client,
        MachineSample Machine
    );
}
