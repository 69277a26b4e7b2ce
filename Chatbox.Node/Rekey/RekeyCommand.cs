using System.CommandLine;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Configuration;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Errors;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores;
using Chatbox.Node.Stores.Sql;

namespace Chatbox.Node.Rekey;

/// <summary>
/// <c>rekey</c>: seals everything that the store holds with the first key, while no node runs. Afterwards the other keys can be removed.
/// Also seals what was stored before there was a key, and marks the store as sealed: from then on clear text in it is refused. Interrupted, it
/// goes on where it was; repeated, it changes nothing.
/// </summary>
public static class RekeyCommand
{
    public const string Name = "rekey";

    /// <summary>The command over this process's environment.</summary>
    public static Command Build() => Build(ConfigurationLoader.Load);

    /// <inheritdoc cref="Build()" />
    internal static Command Build(Func<NodeOptions> load)
    {
        var command = new Command(Name, "Seals the whole store with the first key of ENCRYPTION_KEYS. No node may run on it meanwhile.");
        command.SetAction((result, _) => Run(load, result.InvocationConfiguration.Output, result.InvocationConfiguration.Error));
        return command;
    }

    private static async Task<int> Run(Func<NodeOptions> load, TextWriter output, TextWriter error)
    {
        try
        {
            var options = load();
            if (options.SealingKeys.Count == 0)
                throw new ConfigurationException([
                    new ConfigurationError(StoreSettings.EncryptionKeys.Key, "is missing: no key to seal with"),
                ]);
            if (options.Store.Create() is not SqlStore store)
                throw new ConfigurationException([
                    new ConfigurationError(
                        StoreSettings.Store.Key,
                        "is mongodb, which this version cannot rekey: keep all keys that were ever used"
                    ),
                ]);
            using var folder = DataFolder.Take(options.Store.DataDirectory);
            using var held = store;
            await store.Prepare();
            await store.Hold(alone: true);
            var cipher = (AesContentCipher)SealingStart.Open(options.SealingKeys, store.Probes, store.Content);

            new StoreRekey(store, cipher, output).Run();
            // Last: a run that was killed before it came to this leaves the store as one that may hold clear text.
            SealingStart.Mark(options.SealingKeys[0], cipher, store.Probes);
            await output.WriteLineAsync($"Everything is sealed with the key {options.SealingKeys[0].Id}; no other key is needed any more.");
            return 0;
        }
        catch (ConfigurationException e)
        {
            await error.WriteLineAsync(e.Message);
            return ConfigurationException.ExitCode;
        }
        catch (StartupException e)
        {
            await error.WriteLineAsync($"The store cannot be used; is a node still running on it?\n  {e.Message}");
            return StartupException.ExitCode;
        }
        catch (ContentSealedException e)
        {
            await error.WriteLineAsync($"Not everything is sealed with the first key yet; what is done stays done.\n  {e.Message}");
            return StartupException.ExitCode;
        }
    }
}
