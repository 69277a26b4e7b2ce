using Chatbox.Cli;

return await new Pbm(
    new Terminal(Console.In, Console.Out, Console.Error, isInteractive: !Console.IsInputRedirected),
    Environment.GetEnvironmentVariable
).Run(args);
