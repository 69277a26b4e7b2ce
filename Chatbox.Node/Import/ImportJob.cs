using Chatbox.Actors.Sessions.Import;
using Chatbox.Node.Configuration;
using Chatbox.Node.Errors;

namespace Chatbox.Node.Import;

/// <summary>Runs the command, from the configuration to the exit code.</summary>
internal sealed class ImportJob(Func<NodeOptions> load, TimeProvider clock, TextWriter output, TextWriter error)
{
    private readonly ImportTally _tally = new();

    public async Task<int> Run(ImportRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await Import(request, load(), cancellationToken);
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
    }

    private async Task<int> Import(ImportRequest request, NodeOptions options, CancellationToken cancellationToken)
    {
        if (options.Import.Key is not { } key)
            throw new ConfigurationException([
                new ConfigurationError(
                    "IMPORT_ENCRYPTION_KEY",
                    "is missing: the key of the legacy service is needed to decrypt its content"
                ),
            ]);
        var source = request.Source(options.Import);
        var reader = new OldSessionReader(new OldContent(key), options.Models.Default, clock);
        var models = options.Models.Models.Select(model => model.Id).ToHashSet();
        await using var host = request.DryRun ? null : await ImportHost.Start(options, cancellationToken);
        await using (new ImportProgress(_tally, source, error, !Console.IsErrorRedirected && ReferenceEquals(error, Console.Error), clock))
        {
            var interruption = await Interruption(() =>
                new ImportRun(source, reader, host?.Importer, models, _tally).Run(cancellationToken)
            );
            return await Report(request.DryRun, interruption);
        }
    }

    /// <summary>The exception that interrupted the run; null if the run is complete.</summary>
    private static async Task<Exception?> Interruption(Func<Task> run)
    {
        try
        {
            await run();
            return null;
        }
        catch (Exception e) when (e is OldSessionSourceException or SessionImportException or OperationCanceledException)
        {
            return e;
        }
    }

    private async Task<int> Report(bool dryRun, Exception? interruption)
    {
        await output.WriteLineAsync(
            dryRun
                ? $"{_tally.Read} sessions read, {_tally.LeftOut.Count} of them cannot be imported. Nothing was written."
                : $"{_tally.Read} sessions read: {_tally.Imported} imported, {_tally.WasHere} already present, {_tally.LeftOut.Count} skipped."
        );
        foreach (var (model, count) in _tally.UnknownModels.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            await output.WriteLineAsync(
                $"{count} open sessions use the model {model}, which is not configured: their owners will have to choose another model."
            );
        foreach (var (id, reason) in _tally.LeftOut)
            await output.WriteLineAsync($"Skipped {id}: {reason}");
        if (interruption is not null)
            await error.WriteLineAsync(
                interruption is OperationCanceledException
                    ? "Interrupted. Run the command again to continue."
                    : $"Not finished. {interruption.Message}"
            );
        return interruption switch
        {
            OldSessionSourceException { IsDamaged: true } => ImportCommand.LeftOutCode,
            not null => StartupException.ExitCode,
            null when _tally.NotStored > 0 => StartupException.ExitCode,
            null => _tally.LeftOut.Count > 0 ? ImportCommand.LeftOutCode : 0,
        };
    }
}
