using Akka.Actor;
using Chatbox.Actors.Clustering;
using Chatbox.Node;
using Chatbox.Node.Configuration;
using Chatbox.Node.Identity;
using Chatbox.Node.Import;
using Chatbox.Node.Sealing;

// The cluster has gone on without this node: whoever watches over the process is to start it again.
const int putOut = 2;

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
    await using var app = await NodeHost.Build(options);
    await app.StartAsync();
    if (options.IsDevelopment)
        Welcome.Print(app, options);
    await app.WaitForShutdownAsync();
    return app.Services.GetRequiredService<ActorSystem>().WasPutOut() ? putOut : 0;
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
