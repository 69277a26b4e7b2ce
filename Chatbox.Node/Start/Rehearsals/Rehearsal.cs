using Akka.Actor;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Node.Health;
using Chatbox.Node.Models;
using Chatbox.Node.Models.Providers;

namespace Chatbox.Node.Start.Rehearsals;

/// <summary>
/// Asks the default model's client one question before the node is ready, and answers in the provider's place. The first person who asks a
/// young node does not wait then for the compilation of what everybody uses (<c>docs/performance.md</c>). The provider hears nothing of the
/// question, and the node keeps nothing of it. A rehearsal that fails does not stop the start.
/// </summary>
internal sealed partial class Rehearsal(
    ActorSystem system,
    IReadOnlyList<ModelProviderOptions> providers,
    ModelOptions models,
    ChatSessionOptions sessions,
    IContentCipher cipher,
    StartWork start,
    TimeProvider clock,
    ILoggerFactory loggers,
    ILogger<Rehearsal> log
) : IHostedService, IDisposable
{
    /// <summary>Longest time that a rehearsal keeps a node from being ready. On a machine with two cores it takes a third of a second.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopped = new();
    private Task _rehearsal = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Readiness must know of the rehearsal before the web server listens.
        _rehearsal = Task.Run(() => Rehearse(_stopped.Token), CancellationToken.None);
        start.Begin(_rehearsal);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopped.CancelAsync();
        await _rehearsal;
    }

    public void Dispose() => _stopped.Dispose();

    /// <summary>True if the answer was shown, or if there is nothing to rehearse; false if the answer failed.</summary>
    /// <exception cref="TimeoutException">The answer did not end in time.</exception>
    internal async Task<bool> Run(CancellationToken cancellationToken)
    {
        var model = providers.Single(provider => provider.Description.Id == models.Default);
        if (ProviderTypes.All.Single(type => type.Name == model.Description.Provider).SampleAnswer is not { } events)
            return true;
        await using var provider = new SampleProvider(events);
        using var transport = provider.CreateTransport();
        using var client = ModelClients.Create(
            new ModelProviderOptions(model.Description, SampleProvider.Address, "rehearsal", model.Model),
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

    private async Task Rehearse(CancellationToken cancellationToken)
    {
        try
        {
            if (!await Run(cancellationToken))
                LogFailed(null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The node stops during its start.
        }
        catch (Exception failure) // whatever fails, people are served all the same
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(
        197,
        LogLevel.Information,
        "A question was rehearsed without success. The node works, and its first answer takes longer to begin"
    )]
    private partial void LogFailed(Exception? failure);
}
