using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Errors;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Operators;

/// <summary>Lists the configured models, and tests whether a model responds.</summary>
internal sealed class ModelEndpoints(ModelOptions options, Func<ModelId, IChatClient> clients, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(
            "/models",
            () =>
                OperatorAnswers.Json(
                    new ModelsBody([.. options.Models.Select(m => new ModelBody(m.Id.Value, m.Name, m.Provider, m.Id == options.Default))])
                )
        );
        app.MapPost("/models/{id}/test", Test);
    }

    private async Task<IResult> Test(HttpContext http, string id)
    {
        if (options.Models.FirstOrDefault(m => m.Id.Value == id) is not { } model)
            return ErrorResponse.NotFound($"There is no model {ErrorText.Quote(id)}.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        deadline.CancelAfter(options.FirstTokenTimeoutOf(model));
        var started = clock.GetTimestamp();
        try
        {
            using var client = clients(model.Id);
            await foreach (var update in client.GetStreamingResponseAsync("Say OK.", cancellationToken: deadline.Token))
                if (update.Text.Length > 0 || update.Contents.Any(content => content is TextReasoningContent))
                    return Answer(true, (long)clock.GetElapsedTime(started).TotalMilliseconds, null);
            return Answer(false, null, "the answer had no text");
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            return Answer(false, null, "no text came in time");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Only the type: the text of a provider may contain anything.
            return Answer(false, null, $"the provider failed: {e.GetType().Name}");
        }

        IResult Answer(bool works, long? firstToken, string? problem) =>
            OperatorAnswers.Json(new ModelTestBody(id, works, firstToken, problem));
    }
}
