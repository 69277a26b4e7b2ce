using Chatbox.Cli;
using Chatbox.Cli.Shell;

return await new Pbm(
    new Terminal(Console.In, Console.Out, Console.Error, isInteractive: !Console.IsInputRedirected),
    Environment.GetEnvironmentVariable
).Run(args);
