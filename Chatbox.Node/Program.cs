using Chatbox.Node;
using Chatbox.Node.Configuration;
using Chatbox.Node.Identity;

args = DefaultEnvironment.Take(args);
if (args is [TokenCommand.Name, ..])
    return await TokenCommand.Build().Parse(args[1..]).InvokeAsync();

NodeOptions options;
try
{
    options = ConfigurationLoader.Load();
}
catch (ConfigurationException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return ConfigurationException.ExitCode;
}

await using var app = NodeHost.Build(options);
await app.StartAsync();
if (options.IsDevelopment)
    Welcome.Print(app, options);
await app.WaitForShutdownAsync();
return 0;
