using System.CommandLine;
using System.Text.Json;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The hidden command <c>client load|idle|burst|uploads</c>, which runs a client in its own process, with options as JSON.</summary>
internal sealed class RunClientCommand : Command
{
    public RunClientCommand()
        : base("client", "Runs one of the benchmark's own clients.")
    {
        Hidden = true;
        Add(
            Client<LoadClientOptions, LoadResult>(
                "load",
                (options, cancellationToken) => new LoadClient(options, TimeProvider.System).Run(cancellationToken)
            )
        );
        Add(
            Client<IdleClientOptions, IdleResult>(
                "idle",
                (options, cancellationToken) => new IdleClient(options, TimeProvider.System).Run(cancellationToken)
            )
        );
        Add(
            Client<BurstClientOptions, BurstResult>(
                "burst",
                (options, cancellationToken) => new BurstClient(options, TimeProvider.System).Run(cancellationToken)
            )
        );
        Add(Client<UploadClientOptions, int>("uploads", UploadClient.Run));
    }

    private static Command Client<TOptions, TResult>(string name, Func<TOptions, CancellationToken, Task<TResult>> run)
    {
        var json = new Argument<string>("options");
        var command = new Command(name) { json };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var result = await run(JsonSerializer.Deserialize<TOptions>(parsed.GetValue(json)!)!, cancellationToken);
                Console.WriteLine(OwnProcess.Result + JsonSerializer.Serialize(result));
                return 0;
            }
        );
        return command;
    }
}
