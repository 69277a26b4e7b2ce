using System.CommandLine;
using Chatbox.Node.Configuration;
using Chatbox.Node.Errors;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Start;

/// <summary>
/// <c>migrate</c>: creates or migrates the tables and ends, for a job that alone knows the user who may do so. Nodes that run meanwhile
/// continue. A further run changes nothing.
/// </summary>
public static class MigrateCommand
{
    public const string Name = "migrate";

    /// <summary>The command with the configuration of this process.</summary>
    public static Command Build() => Build(ConfigurationLoader.Load);

    /// <inheritdoc cref="Build()" />
    internal static Command Build(Func<NodeOptions> load)
    {
        var command = new Command(Name, "Creates or migrates the tables of the store, as a node does when it starts, and ends.");
        command.SetAction(
            (result, cancellationToken) =>
                Run(load, result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, cancellationToken)
        );
        return command;
    }

    private static async Task<int> Run(Func<NodeOptions> load, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            var options = load();
            using var folder = DataFolder.Take(options.Store.DataDirectory);
            using var store = options.Store.Create();
            var opening = new StoreOpening(store, options.SealingKeys, options.Store.Wait, TimeProvider.System);
            await opening.Open(new StartProgress(), error.WriteLine, cancellationToken);
            await output.WriteLineAsync("The tables are those of this version.");
            return 0;
        }
        catch (ConfigurationException e)
        {
            await error.WriteLineAsync(e.Message);
            return ConfigurationException.ExitCode;
        }
        catch (StartupException e)
        {
            await error.WriteLineAsync($"The tables were not migrated:\n  {e.Message}");
            return StartupException.ExitCode;
        }
    }
}
