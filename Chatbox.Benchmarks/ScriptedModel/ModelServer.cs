using System.Text.Json;
using Chatbox.Benchmarks.Loopback;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Benchmarks.ScriptedModel;

/// <summary>
/// An OpenAI-compatible <c>/v1/chat/completions</c> that streams the <see cref="ScriptedAnswer"/> to the last user message.
/// </summary>
internal static class ModelServer
{
    /// <param name="interval">The time between two tokens of an answer, see <see cref="TokenWheel"/>.</param>
    /// <param name="tokens">The number of tokens per answer, at least 1.</param>
    public static async Task<WebApplication> Start(TimeSpan interval, int tokens, CancellationToken cancellationToken)
    {
        var builder = LoopbackServer.CreateBuilder();

        // The wheel's thread sends each token itself, because a thread switch per token would use cores that the server under test needs.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Services.AddSingleton(_ => new TokenWheel(interval));
        var app = builder.Build();
        app.MapPost("/v1/chat/completions", (HttpContext context, TokenWheel wheel) => Answer(context, wheel, tokens));
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static async Task Answer(HttpContext context, TokenWheel wheel, int tokens)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var question = LastQuestion(request.RootElement);
        context.Response.ContentType = "text/event-stream";
        await context.Response.StartAsync(context.RequestAborted);

        var promptTokens = (int)((context.Request.ContentLength ?? question.Length) / 4);
        var stream = new ModelStream(
            context.Response.BodyWriter,
            new ScriptedAnswer(question, tokens),
            promptTokens,
            context.RequestAborted
        );
        wheel.Add(stream);
        await stream.Finished;
    }

    /// <summary>The text of the last user message, which is a string or a list of parts.</summary>
    private static string LastQuestion(JsonElement request)
    {
        var content = request
            .GetProperty("messages")
            .EnumerateArray()
            .Last(m => m.GetProperty("role").ValueEquals("user"))
            .GetProperty("content");
        return content.ValueKind is JsonValueKind.String
            ? content.GetString()!
            : string.Concat(
                content
                    .EnumerateArray()
                    .Where(part => part.TryGetProperty("text", out _))
                    .Select(part => part.GetProperty("text").GetString())
            );
    }
}
