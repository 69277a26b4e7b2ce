using System.CommandLine;
using Chatbox.Node.Configuration;

namespace Chatbox.Node.Import;

/// <summary>
/// <c>import [--file sessions.bson | --from mongodb://…] [--dry-run]</c>: brings the conversations of the replaced service here.
/// Interrupted, it goes on where it was; repeated, it changes nothing.
/// </summary>
public static class ImportCommand
{
    public const string Name = "import";

    /// <summary>Some sessions were left out, and another run would leave them out too: EX_DATAERR of BSD's sysexits.h.</summary>
    public const int LeftOutCode = 65;

    /// <summary>The command over this process's environment and the system's clock.</summary>
    public static Command Build() => Build(ConfigurationLoader.Load, TimeProvider.System);

    /// <inheritdoc cref="Build()" />
    internal static Command Build(Func<NodeOptions> load, TimeProvider clock)
    {
        var file = new Option<string?>("--file")
        {
            Description = "A file of BSON documents as mongodump writes it, such as sessions.bson or sessions.bson.gz.",
        };
        var from = new Option<string?>("--from")
        {
            Description = "Address of the replaced service's MongoDB, without a password; instead of IMPORT_MONGO_URI.",
        };
        var database = new Option<string?>("--database") { Description = "Its database; else the address's own, else MONGO_DATABASE." };
        var collection = new Option<string?>("--collection") { Description = "Its collection; else MONGO_COLLECTION." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Reads and reports, and writes nothing. May run beside a node." };
        var command = new Command(
            Name,
            "Brings the conversations of the replaced service into this configuration's store. IMPORT_ENCRYPTION_KEY opens them."
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
            if (result.GetValue(file) is null)
                return;
            if (result.GetValue(from) is not null || result.GetValue(database) is not null || result.GetValue(collection) is not null)
                result.AddError("--file takes the place of --from, --database and --collection.");
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
