namespace Chatbox.Benchmarks.Processes;

/// <summary>This program again, in another role and another process, so that each role's CPU and memory can be told apart.</summary>
internal static class OwnProcess
{
    /// <summary>What a server writes once it listens; the address follows.</summary>
    public const string Listening = "LISTENING ";

    /// <summary>What a client writes at its end; its result follows as JSON.</summary>
    public const string Result = "RESULT ";

    /// <summary>Starts a server and waits until it listens.</summary>
    public static async Task<(ChildProcess Process, Uri Address)> Serve(
        string role,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken
    )
    {
        var process = Start(["serve", role, .. arguments], environment);
        try
        {
            var address = new Uri(await process.Read(Listening, cancellationToken));
            process.Ignore();
            return (process, address);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a client to its end and hands out its result as JSON.</summary>
    public static async Task<string> RunClient(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken
    )
    {
        await using var process = Start(["client", .. arguments], environment);
        return await process.Read(Result, cancellationToken);
    }

    private static ChildProcess Start(string[] arguments, IReadOnlyDictionary<string, string> environment) =>
        ChildProcess.Start(string.Join(' ', arguments[..2]), typeof(OwnProcess).Assembly.Location, arguments, environment);
}
