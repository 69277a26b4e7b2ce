using System.CommandLine;
using Chatbox.Node.Configuration;

namespace Chatbox.Node.Import;

/// <summary>
/// <c>import [--file sessions.bson | --from mongodb://…] [--dry-run]</c>: imports the conversations of the legacy service. After an
/// interruption, run it again: it continues where it stopped. A further run changes nothing.
/// </summary>
public static class ImportCommand
{
    public const string Name = "import";

    /// <summary>Exit code if sessions were skipped that a further run would skip too: EX_DATAERR of BSD's sysexits.h.</summary>
    public const int LeftOutCode = 65;

    /// <summary>The command with the configuration of this process and the system clock.</summary>
    public static Command Build() => Build(ConfigurationLoader.Load, TimeProvider.System);

    /// <inheritdoc cref="Build()" />
    internal static Command Build(Func<NodeOptions> load, TimeProvider clock)
    {
        var file = new Option<string?>("--file")
        {
            Description = "File of BSON documents from mongodump, such as sessions.bson or sessions.bson.gz.",
        };
        var from = new Option<string?>("--from")
        {
            Description = "Address of the legacy service's MongoDB without a password, instead of IMPORT_MONGO_URI.",
        };
        var database = new Option<string?>("--database")
        {
            Description = "Database of the legacy service. Default: the database in the address, else MONGO_DATABASE.",
        };
        var collection = new Option<string?>("--collection")
        {
            Description = "Collection of the legacy service. Default: MONGO_COLLECTION.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Read and report only, without writing. Allowed while a node runs." };
        var command = new Command(
            Name,
            "Imports the conversations of the legacy service into the configured database. Needs IMPORT_ENCRYPTION_KEY to decrypt them."
        )
        {
            file,
            from,
            database,
            collection,
            dryRun,
        };
        command.Validators.Add(result =>
        {
            // Not the values: reading one throws if it is missing, before the parser can report that.
            if (
                result.GetResult(file) is not null
                && new[] { from, database, collection }.Any(option => result.GetResult(option) is not null)
            )
                result.AddError("--file cannot be combined with --from, --database or --collection.");
        });
        command.SetAction(
            (result, cancellationToken) =>
                new ImportJob(load, clock, result.InvocationConfiguration.Output, result.InvocationConfiguration.Error).Run(
                    new ImportRequest(
                        result.GetValue(file),
                        result.GetValue(from),
                        result.GetValue(database),
                        result.GetValue(collection),
                        result.GetValue(dryRun)
                    ),
                    cancellationToken
                )
        );
        return command;
    }
}
