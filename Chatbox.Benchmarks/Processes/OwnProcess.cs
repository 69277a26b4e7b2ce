namespace Chatbox.Benchmarks.Processes;

/// <summary>Starts this program in another role and another process, so that CPU and memory are measured per role.</summary>
internal static class OwnProcess
{
    /// <summary>The prefix of the line that a server writes when it listens, followed by its address.</summary>
    public const string Listening = "LISTENING ";

    /// <summary>The prefix of the line that a client writes at its end, followed by its result as JSON.</summary>
    public const string Result = "RESULT ";

    /// <summary>Starts a server and waits until it listens.</summary>
    public static async Task<(ChildProcess Process, Uri Address)> Serve(
        string role,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken,
        int? core = null
    )
    {
        var process = Start(["serve", role, .. arguments], environment, core);
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

    /// <summary>Runs a client to its end and returns its result as JSON.</summary>
    public static async Task<string> RunClient(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken,
        int? core = null
    )
    {
        await using var process = StartClient(arguments, environment, core);
        return await process.Read(Result, cancellationToken);
    }

    /// <summary>Starts a client that the caller talks with.</summary>
    public static ChildProcess StartClient(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        int? core = null
    ) => Start(["client", .. arguments], environment, core);

    private static ChildProcess Start(string[] arguments, IReadOnlyDictionary<string, string> environment, int? core) =>
        ChildProcess.Start(string.Join(' ', arguments[..2]), typeof(OwnProcess).Assembly.Location, arguments, environment, core);
}
