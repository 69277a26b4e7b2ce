using Akka.Actor;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Node.Models;
using Chatbox.Node.Models.Providers;

namespace Chatbox.Node.Start.Rehearsals;

/// <summary>
/// Asks the default model's client one question before the node listens, and answers in the provider's place. The first person who asks a
/// young node does not wait then for the compilation of what everybody uses (<c>docs/performance.md</c>). The provider hears nothing of the
/// question, and the node keeps nothing of it. A rehearsal that fails does not stop the start.
/// </summary>
internal sealed partial class Rehearsal(
    ActorSystem system,
    IReadOnlyList<ModelProviderOptions> providers,
    ModelOptions models,
    ChatSessionOptions sessions,
    IContentCipher cipher,
    TimeProvider clock,
    ILoggerFactory loggers,
    ILogger<Rehearsal> log
) : IHostedService
{
    /// <summary>Longest time that a rehearsal delays the start. On a busy machine with one core it takes half a second.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await Run(cancellationToken))
                LogFailed(null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException) // whatever fails, people are served all the same
        {
            LogFailed(failure);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>True if the answer was shown, or if there is nothing to rehearse; false if the answer failed.</summary>
    /// <exception cref="TimeoutException">The answer did not end in time.</exception>
    internal async Task<bool> Run(CancellationToken cancellationToken)
    {
        var model = providers.Single(provider => provider.Description.Id == models.Default);
        if (ProviderTypes.All.Single(type => type.Name == model.Description.Provider).SampleAnswer is not { } events)
            return true;
        await using var provider = new SampleProvider(events);
        using var transport = ModelClients.CreateTransport();
        using var client = ModelClients.Create(
            new ModelProviderOptions(model.Description, provider.Address, "rehearsal", model.Model),
            transport,
            clock,
            loggers
        );
        var answered = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = system.ActorOf(
            Props.Create(() => new RehearsalActor(model.Description, client, sessions, cipher, clock, answered)).WithDeploy(Deploy.Local)
        );
        try
        {
            return await answered.Task.WaitAsync(Longest, TimeProvider.System, cancellationToken);
        }
        finally
        {
            await actor.GracefulStop(Longest);
        }
    }

    [LoggerMessage(
        196,
        LogLevel.Information,
        "A question was rehearsed without success. The node works, and its first answer takes longer to begin"
    )]
    private partial void LogFailed(Exception? failure);
}
