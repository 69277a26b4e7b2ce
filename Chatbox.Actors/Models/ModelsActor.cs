using Akka.Actor;
using Chatbox.Actors.Notifications;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Actors.Models;

/// <summary>The parent of this node's models, <c>models/{model}</c>. It forwards each request to its model.</summary>
public sealed class ModelsActor : ReceiveActor
{
    private readonly Dictionary<ModelId, IActorRef> _models = [];
    private readonly PiecePacer? _pacer;

    /// <param name="client">Returns the client of a model; called once per model.</param>
    /// <param name="files">What the models do with files; null for nothing but their names.</param>
    public ModelsActor(
        ModelOptions options,
        Func<ModelId, IChatClient> client,
        ModelFiles? files,
        IIncidents incidents,
        IChatboxMetrics metrics,
        TimeProvider clock
    )
    {
        // Without an interval, nothing is paced.
        var pacer = options.PieceInterval > TimeSpan.Zero ? new PiecePacer(options.PieceInterval, clock) : null;
        _pacer = pacer;
        var number = 0;
        foreach (var model in options.Models)
        {
            // Model ids may contain characters that an actor's name must not.
            var name = $"{number++}-{Uri.EscapeDataString(model.Id.Value)}";
            _models[model.Id] = Context.ActorOf(
                Props
                    .Create(() => new ModelActor(model, client(model.Id), files, options, incidents, metrics, clock, pacer))
                    .WithDeploy(Deploy.Local),
                name
            );
        }

        Receive<StartAnswer>(Handle);
        Receive<RedirectAnswer>(redirect =>
        {
            if (_models.TryGetValue(redirect.ModelId, out var model))
                model.Forward(redirect);
        });
        Receive<CancelAnswer>(cancel => _models.GetValueOrDefault(cancel.ModelId)?.Forward(cancel));
    }

    protected override void PostStop() => _pacer?.Dispose();

    private void Handle(StartAnswer request)
    {
        if (_models.TryGetValue(request.ModelId, out var model))
            model.Forward(request);
        else // the model was there when the session chose it and has left the configuration since
            Sender.Tell(
                new AnswerEnded(
                    request.AnswerId,
                    request.Attempt,
                    FinishReason.Error,
                    null,
                    ErrorCode.LlmUnavailable,
                    request.ProviderConversation
                )
            );
    }
}
