using Akka.Actor;
using Chatbox.Actors.Clustering;
using Chatbox.Node;
using Chatbox.Node.Configuration;
using Chatbox.Node.Errors;

// Exit code if the node stopped without a signal: a supervisor should restart it.
const int endedByItself = 2;

using var signals = new StopSignals();
args = DefaultEnvironment.Take(args);
if (args.Length > 0)
    return await NodeCommandLine.Run(args, Console.Out, Console.Error);

try
{
    var options = ConfigurationLoader.Load();
    await using var app = await NodeHost.Build(options, cancellationToken: signals.Asked).WaitAsync(signals.Asked);
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
    // A signal during the start. The start failed because of it, and no client was connected yet.
    await Console.Error.WriteLineAsync(
        $"The node received a stop signal while it started. {(e is OperationCanceledException ? "" : e.Message)}"
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

// When a background service throws, the host stops as if it succeeded.
static bool HasFailedService(WebApplication app) =>
    app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(service => service.ExecuteTask is { IsFaulted: true });
