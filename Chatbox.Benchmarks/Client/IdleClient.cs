using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Client;

/// <summary>The options of an idle client, which the parent process passes as JSON.</summary>
internal sealed record IdleClientOptions
{
    /// <summary>The addresses of one server, or of several nodes of one service.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }

    public required ClientProtocol Protocol { get; init; }
    public string? JwtSecret { get; init; }

    /// <summary>The number of sockets, 1 to 25000. All connect to one server port, so the client's ephemeral ports set the limit.</summary>
    public required int Sockets { get; init; }

    /// <summary>The number of sockets that are opened and closed first, to load code and fill pools.</summary>
    public required int WarmUpSockets { get; init; }

    /// <summary>The time without activity before each measurement.</summary>
    public required TimeSpan Settle { get; init; }

    /// <summary>The time between the second measurement and the watch, in which a young server compiles what its timers run.</summary>
    public TimeSpan BeforeWatch { get; init; }

    /// <summary>The time in which the servers' CPU is measured at last, while nothing happens on any socket.</summary>
    public TimeSpan Watch { get; init; }

    public required IReadOnlyList<int> ServerPids { get; init; }
}

/// <summary>Opens silent sockets and measures the growth of the servers' memory.</summary>
internal sealed class IdleClient(IdleClientOptions options, TimeProvider clock)
{
    public async Task<IdleResult> Run(CancellationToken cancellationToken)
    {
        using var invoker = Sockets.CreateInvoker();
        await Open(options.WarmUpSockets, invoker, () => Task.CompletedTask, cancellationToken);
        await Task.Delay(options.Settle, clock, cancellationToken);
        var before = ProcessSample.Sum(options.ServerPids).ResidentBytes;
        var (after, cpu, silentCpu) = (0L, TimeSpan.Zero, TimeSpan.Zero);
        await Open(
            options.Sockets,
            invoker,
            async () =>
            {
                var opened = ProcessSample.Sum(options.ServerPids);
                await Task.Delay(options.Settle, clock, cancellationToken);
                var settled = ProcessSample.Sum(options.ServerPids);
                (after, cpu) = (settled.ResidentBytes, settled.Cpu - opened.Cpu);
                await Task.Delay(options.BeforeWatch, clock, cancellationToken);
                var watched = ProcessSample.Sum(options.ServerPids);
                await Task.Delay(options.Watch, clock, cancellationToken);
                silentCpu = ProcessSample.Sum(options.ServerPids).Cpu - watched.Cpu;
            },
            cancellationToken
        );
        return new IdleResult(options.Sockets, before, after)
        {
            CpuShare = cpu / options.Settle,
            SilentCpuShare = options.Watch > TimeSpan.Zero ? silentCpu / options.Watch : null,
        };
    }

    /// <summary>Runs an action while this many sockets are open. Throws if one of them did not stay open.</summary>
    private async Task Open(int count, HttpMessageInvoker invoker, Func<Task> meanwhile, CancellationToken cancellationToken)
    {
        var sockets = Enumerable.Range(0, count).Select(_ => Sockets.Create(options.Protocol)).ToArray();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await Sockets.Connect(sockets, options.Servers, invoker, options.JwtSecret, over.Token);
            var idle = sockets.Select(s => s.Idle()).ToArray();
            await meanwhile();
            if (idle.FirstOrDefault(t => t.IsCompleted) is { } ended)
            {
                await ended;
                throw new WrongAnswerException("An idle socket did not stay open.");
            }
        }
        finally
        {
            await over.CancelAsync();
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }
}
