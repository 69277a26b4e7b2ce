using Chatbox.Node.Identity;

if (args is [TokenCommand.Name, ..])
    return await TokenCommand.Build().Parse(args[1..]).InvokeAsync();

var app = WebApplication.CreateBuilder(args).Build();
await app.RunAsync();
return 0;
