using System.CommandLine;
using Chatbox.Benchmarks.Baselines;
using Chatbox.Benchmarks.Loopback;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.ScriptedModel;
using Microsoft.AspNetCore.Builder;

namespace Chatbox.Benchmarks.Commands;

/// <summary>
/// The hidden command <c>serve model|relay|signalr</c>, which runs a server in its own process. The server ends with its standard input, so
/// that none outlives the benchmark.
/// </summary>
internal sealed class ServeCommand : Command
{
    public ServeCommand()
        : base("serve", "Runs one of the benchmark's own servers.")
    {
        Hidden = true;

        var interval = ComparisonCommand.DurationOption("--interval", "Time between two tokens.", TimeSpan.FromMilliseconds(20));
        var tokens = new Option<int>("--tokens") { DefaultValueFactory = _ => 200 };
        var model = new Command("model", "The scripted model.") { interval, tokens };
        model.SetAction(
            (parsed, cancellationToken) =>
                Serve(ModelServer.Start(parsed.GetValue(interval), parsed.GetValue(tokens), cancellationToken), cancellationToken)
        );
        Add(model);

        var address = new Option<Uri>("--model") { Required = true, CustomParser = result => new Uri(result.Tokens.Single().Value) };
        var pace = new Option<TimeSpan?>("--pace")
        {
            Description = "Least time between two frames of an answer.",
            CustomParser = result => Duration.Parse(result.Tokens.Single().Value),
        };
        var relay = new Command("relay", "The raw relay.") { address, pace };
        relay.SetAction(
            (parsed, cancellationToken) =>
                Serve(RelayServer.Start(parsed.GetValue(address)!, parsed.GetValue(pace), cancellationToken), cancellationToken)
        );
        Add(relay);

        var signalR = new Command("signalr", "The SignalR hub.") { address };
        signalR.SetAction(
            (parsed, cancellationToken) => Serve(SignalRServer.Start(parsed.GetValue(address)!, cancellationToken), cancellationToken)
        );
        Add(signalR);
    }

    private static async Task<int> Serve(Task<WebApplication> starting, CancellationToken cancellationToken)
    {
        var app = await starting;
        Console.WriteLine(OwnProcess.Listening + app.Address());
        using var input = Console.OpenStandardInput();
        Task parentGone = Task.Factory.StartNew(input.ReadByte, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await parentGone.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // The process ends without closing its sockets; the measurement is over.
        return 0;
    }
}
