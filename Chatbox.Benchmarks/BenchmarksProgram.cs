using System.CommandLine;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Commands;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks;

/// <summary>The load harness, described in docs/performance.md.</summary>
internal static class BenchmarksProgram
{
    private static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("Measures Chatbox side by side with a raw WebSocket relay and a SignalR hub.")
        {
            new LoadCommand(),
            new IdleCommand(),
            new SlowCommand(),
            new UploadsCommand(),
            new IndexCommand(),
            new RecoveryCommand(),
            new NodesCommand(),
            new BurstCommand(),
            new StartCommand(),
            new ResumeCommand(),
            new BudgetsCommand(),
            new ServeCommand(),
            new RunClientCommand(),
        };
        // The default command is the comparison under load.
        var arguments = args.Length == 0 ? ["load"] : args;
        try
        {
            return await root.Parse(arguments).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception failure) when (failure is WrongAnswerException or ChildFailedException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
