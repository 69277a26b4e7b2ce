using System.CommandLine;
using Chatbox.Actors.Files;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Configuration;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Errors;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores;
using Chatbox.Node.Stores.Sql;

namespace Chatbox.Node.Rekey;

/// <summary>
/// <c>rekey</c>: encrypts the whole store with the first key, including clear text from before a key was set, while no node runs. Then no
/// other key is needed, and the store is marked so that it refuses clear text. After an interruption, run it again: it continues where it
/// stopped. A further run changes nothing.
/// </summary>
public static class RekeyCommand
{
    public const string Name = "rekey";

    /// <summary>The command with the configuration of this process.</summary>
    public static Command Build() => Build(ConfigurationLoader.Load);

    /// <inheritdoc cref="Build()" />
    internal static Command Build(Func<NodeOptions> load)
    {
        var command = new Command(Name, "Encrypts the whole store with the first key of ENCRYPTION_KEYS. Stop all nodes first.");
        command.SetAction((result, _) => Run(load, result.InvocationConfiguration.Output, result.InvocationConfiguration.Error));
        return command;
    }

    private static async Task RekeyFiles(NodeOptions options, AesContentCipher cipher, TextWriter output)
    {
        var files = FileStoreHosting.Open(options.Files, TimeProvider.System);
        using (files as IDisposable)
        {
            var renewed = await new FileRekey(files, cipher).Run(CancellationToken.None);
            await output.WriteLineAsync($"files: {renewed} encrypted");
        }
    }

    private static async Task<int> Run(Func<NodeOptions> load, TextWriter output, TextWriter error)
    {
        try
        {
            var options = load();
            if (options.SealingKeys.Count == 0)
                throw new ConfigurationException([
                    new ConfigurationError(StoreSettings.EncryptionKeys.Key, "is missing: there is no key to encrypt with"),
                ]);
            if (options.Store.Create() is not SqlStore store)
                throw new ConfigurationException([
                    new ConfigurationError(
                        StoreSettings.Store.Key,
                        "is mongodb, which this version cannot rekey: keep every key that was ever used"
                    ),
                ]);
            using var folder = DataFolder.Take(options.Store.DataDirectory);
            using var held = store;
            await store.Prepare();
            await store.Hold(alone: true);
            var cipher = (AesContentCipher)SealingStart.Open(options.SealingKeys, store.Probes, store.Content);

            new StoreRekey(store, cipher, output).Run();
            await RekeyFiles(options, cipher, output);
            // The mark comes last: after an interruption the store still counts as one that may contain clear text.
            SealingStart.Mark(options.SealingKeys[0], cipher, store.Probes);
            await output.WriteLineAsync(
                $"Everything is encrypted with the key {options.SealingKeys[0].Id}. No other key is needed any more."
            );
            return 0;
        }
        catch (ConfigurationException e)
        {
            await error.WriteLineAsync(e.Message);
            return ConfigurationException.ExitCode;
        }
        catch (StartupException e)
        {
            await error.WriteLineAsync($"The store cannot be used. Is a node still running?\n  {e.Message}");
            return StartupException.ExitCode;
        }
        catch (FileStoreUnavailableException e)
        {
            await error.WriteLineAsync($"Not all files are encrypted with the first key yet. Run rekey again.\n  {e.Message}");
            return StartupException.ExitCode;
        }
        catch (ContentSealedException e)
        {
            await error.WriteLineAsync(
                $"Not everything is encrypted with the first key yet. Fix the problem and run rekey again; it continues from here.\n  {e.Message}"
            );
            return StartupException.ExitCode;
        }
    }
}
