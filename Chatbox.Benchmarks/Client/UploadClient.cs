using System.Text.Json;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Client;

/// <summary>The options of an upload client, which the load client passes as JSON.</summary>
internal sealed record UploadClientOptions
{
    public required Uri Server { get; init; }

    /// <inheritdoc cref="LoadClientOptions.JwtSecret" />
    public string? JwtSecret { get; init; }

    /// <summary>The number of files that are uploaded at once.</summary>
    public required int Uploads { get; init; }

    /// <summary>The size of each file.</summary>
    public required int Bytes { get; init; }

    /// <summary>The pace of each upload; 0 for as fast as it goes.</summary>
    public required int BytesPerSecond { get; init; }
}

/// <summary>Uploads files in a process of its own, so that the threads that measure answers have nothing to do with it.</summary>
internal static class UploadClient
{
    /// <summary>The line that the process writes when it can begin, and again when all files are confirmed. After each it waits for a line.</summary>
    private const string Ready = "READY";

    /// <summary>The process itself.</summary>
    public static async Task<int> Run(UploadClientOptions options, CancellationToken cancellationToken)
    {
        using var crowd = new UploadCrowd(
            options.Server,
            options.JwtSecret,
            options.Uploads,
            options.Bytes,
            options.BytesPerSecond,
            TimeProvider.System
        );
        foreach (var step in new[] { crowd.Run, crowd.Check })
        {
            Console.WriteLine(Ready);
            if (await Console.In.ReadLineAsync(cancellationToken) is null)
                throw new EndOfStreamException("The load client is gone.");
            await step(cancellationToken);
        }

        return options.Uploads;
    }

    /// <summary>Starts the process, with the environment of this one, and waits until it can begin.</summary>
    public static async Task<ChildProcess> Start(UploadClientOptions options, int? core, CancellationToken cancellationToken)
    {
        var process = OwnProcess.StartClient(["uploads", JsonSerializer.Serialize(options)], new Dictionary<string, string>(), core);
        await process.Read(Ready, cancellationToken);
        return process;
    }

    /// <summary>Uploads all files, and completes when the last one is confirmed.</summary>
    public static async Task Upload(ChildProcess process, CancellationToken cancellationToken)
    {
        await process.GoOn();
        await process.Read(Ready, cancellationToken);
    }

    /// <summary>Loads every file again and compares its hash.</summary>
    public static async Task Check(ChildProcess process, CancellationToken cancellationToken)
    {
        await process.GoOn();
        await process.Read(OwnProcess.Result, cancellationToken);
    }
}
