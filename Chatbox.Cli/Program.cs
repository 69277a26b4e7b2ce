using Chatbox.Cli;
using Chatbox.Cli.Shell;

var atTerminal = !Console.IsInputRedirected && !Console.IsOutputRedirected;
return await new Pbm(
    new Terminal(Console.In, Console.Out, Console.Error, isInteractive: !Console.IsInputRedirected)
    {
        ReadKey = atTerminal ? ReadKey : null,
        History = new CommandHistory(atTerminal ? CommandHistory.FileOf(Environment.GetEnvironmentVariable) : null),
    },
    Environment.GetEnvironmentVariable
).Run(args);

// Ctrl+C is a key while a line is written, and ends the command while one runs.
static ConsoleKeyInfo ReadKey()
{
    Console.TreatControlCAsInput = true;
    try
    {
        return Console.ReadKey(intercept: true);
    }
    finally
    {
        Console.TreatControlCAsInput = false;
    }
}
