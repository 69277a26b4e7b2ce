using Akka.Actor;
using Chatbox.Actors.Clustering;
using Chatbox.Node;
using Chatbox.Node.Configuration;
using Chatbox.Node.Errors;
using Chatbox.Node.Import;
using Chatbox.Node.Rekey;

// Nobody asked the node to stop: whatever runs the process is to start the node again.
const int endedByItself = 2;

using var signals = new StopSignals();
args = DefaultEnvironment.Take(args);
if (args is [TokenCommand.Name, ..])
    return await TokenCommand.Build().Parse(args[1..]).InvokeAsync();
if (args is [RekeyCommand.Name, ..])
    return await RekeyCommand.Build().Parse(args[1..]).InvokeAsync();
if (args is [ImportCommand.Name, ..])
    return await ImportCommand.Build().Parse(args[1..]).InvokeAsync();

try
{
    var options = ConfigurationLoader.Load();
    await using var app = await NodeHost.Build(options).WaitAsync(signals.Asked);
    using var stop = signals.Asked.Register(app.Lifetime.StopApplication);
    StopSignals.EndAtTheLatest(app.Lifetime, options.Server.ShutdownTimeout);
    await app.StartAsync(signals.Asked);
    if (options.IsDevelopment)
        Welcome.Print(app, options);
    await app.WaitForShutdownAsync();
    var unasked = app.Services.GetRequiredService<ActorSystem>().StoppedUnasked() || HasFailedService(app);
    return unasked && !signals.Asked.IsCancellationRequested ? endedByItself : 0;
}
catch (Exception e) when (signals.Asked.IsCancellationRequested)
{
    // Asked to stop while it started: what was half made failed, and nobody was served yet.
    await Console.Error.WriteLineAsync(
        $"The node was asked to stop while it started. {(e is OperationCanceledException ? "" : e.Message)}"
    );
    return 0;
}
catch (ConfigurationException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return ConfigurationException.ExitCode;
}
catch (StartupException e)
{
    await Console.Error.WriteLineAsync($"The node cannot start:\n  {e.Message}");
    return StartupException.ExitCode;
}

// The host stops when one of its services throws, and would call that a success.
static bool HasFailedService(WebApplication app) =>
    app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(service => service.ExecuteTask is { IsFaulted: true });
