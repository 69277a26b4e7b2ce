using Chatbox.Actors.Files.Foreign;
using Chatbox.Actors.Models;

namespace Chatbox.Node.Files.Reading;

/// <summary>Registers what reads files for models, and keeps what they return.</summary>
internal static class ReadingHosting
{
    /// <summary>Needs the library, the judge and the spool among the services.</summary>
    public static IServiceCollection AddFileReading(this IServiceCollection services) =>
        services
            .AddSingleton(new ReadingOptions())
            .AddSingleton(provider =>
                ActivatorUtilities.CreateInstance<ForeignFiles>(provider, provider.GetService<PublicHosts>() ?? PublicHosts.System)
            )
            .AddSingleton<IPromptFileReader, PromptFileReader>()
            .AddSingleton<IReturnedFileKeeper, ReturnedFileKeeper>();
}
