using Chatbox.Benchmarks.Measurement;

namespace Chatbox.Benchmarks.Client;

/// <summary>What one idle client does.</summary>
internal sealed record IdleClientOptions
{
    /// <summary>One, or several that are one service.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }

    public required ClientProtocol Protocol { get; init; }
    public string? JwtSecret { get; init; }

    /// <summary>Sockets to open, 1 to 25000: all use one port of the server, so the client's own ports are the limit.</summary>
    public required int Sockets { get; init; }

    /// <summary>Sockets opened and closed before, so that code and pools are there already.</summary>
    public required int WarmUpSockets { get; init; }

    /// <summary>How long the server is left alone before each measurement.</summary>
    public required TimeSpan Settle { get; init; }

    public required IReadOnlyList<int> ServerPids { get; init; }
}

/// <summary>Opens sockets that say nothing, and sees by how much the servers' memory grows.</summary>
internal sealed class IdleClient(IdleClientOptions options, TimeProvider clock)
{
    public async Task<IdleResult> Run(CancellationToken cancellationToken)
    {
        using var invoker = Sockets.CreateInvoker();
        await Open(options.WarmUpSockets, invoker, () => Task.CompletedTask, cancellationToken);
        await Task.Delay(options.Settle, clock, cancellationToken);
        var before = ProcessSample.Sum(options.ServerPids).ResidentBytes;
        var (after, cpu) = (0L, TimeSpan.Zero);
        await Open(
            options.Sockets,
            invoker,
            async () =>
            {
                var opened = ProcessSample.Sum(options.ServerPids);
                await Task.Delay(options.Settle, clock, cancellationToken);
                var settled = ProcessSample.Sum(options.ServerPids);
                (after, cpu) = (settled.ResidentBytes, settled.Cpu - opened.Cpu);
            },
            cancellationToken
        );
        return new IdleResult(options.Sockets, before, after) { CpuShare = cpu / options.Settle };
    }

    /// <summary>Does something while this many sockets are open; throws when one of them did not stay open.</summary>
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
