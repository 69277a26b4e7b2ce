using System.CommandLine;
using System.Text.Json;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Commands;

/// <summary><c>client load|idle</c>: the clients, each in a process of its own, with their options as JSON.</summary>
internal sealed class ClientCommand : Command
{
    public ClientCommand()
        : base("client", "Runs one of the benchmark's own clients.")
    {
        Hidden = true;
        Add(Client<LoadClientOptions, LoadResult>("load", (options, stop) => new LoadClient(options, TimeProvider.System).RunAsync(stop)));
        Add(Client<IdleClientOptions, IdleResult>("idle", (options, stop) => new IdleClient(options, TimeProvider.System).RunAsync(stop)));
    }

    private static Command Client<TOptions, TResult>(string name, Func<TOptions, CancellationToken, Task<TResult>> run)
    {
        var json = new Argument<string>("options");
        var command = new Command(name) { json };
        command.SetAction(
            async (parsed, stop) =>
            {
                var result = await run(JsonSerializer.Deserialize<TOptions>(parsed.GetValue(json)!)!, stop);
                Console.WriteLine(OwnProcess.Result + JsonSerializer.Serialize(result));
                return 0;
            }
        );
        return command;
    }
}
