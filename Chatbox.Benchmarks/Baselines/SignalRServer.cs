using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Benchmarks.Baselines;

/// <summary>What most .NET services would do: a SignalR hub that streams the answer with the JSON protocol. It promises no more than the relay.</summary>
internal static class SignalRServer
{
    public const string Path = "/hub";

    public static async Task<WebApplication> Start(Uri model, CancellationToken cancellationToken)
    {
        var builder = LoopbackServer.CreateBuilder();
        builder.Services.AddSingleton(_ => new ModelClient(model));
        builder
            .Services.AddSignalR(hub =>
            {
                // As often as the others ping; and the load client, which sends no pings of its own, is not thrown out.
                hub.KeepAliveInterval = TimeSpan.FromSeconds(54);
                hub.ClientTimeoutInterval = TimeSpan.FromMinutes(10);
            })
            .AddJsonProtocol(json => json.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, AnswerFrameJson.Default));
        var app = builder.Build();
        app.MapHub<ChatHub>(Path);
        await app.StartAsync(cancellationToken);
        return app;
    }
}

/// <summary>Streams one answer per call to whoever called.</summary>
internal sealed class ChatHub(ModelClient client) : Hub
{
    public async IAsyncEnumerable<AnswerFrame> Ask(string content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var message = Guid.NewGuid().ToString("N");
        var offset = 0;
        await foreach (var piece in client.Ask(content, cancellationToken))
        {
            yield return Frame(message, piece, offset, AnswerMetadata.Piece);
            offset += piece.Length;
        }

        yield return Frame(message, "", offset, AnswerMetadata.End);
    }

    private AnswerFrame Frame(string message, string piece, int offset, AnswerMetadata metadata) =>
        new("ai_response", Context.ConnectionId, piece, "scripted", message, offset, TimeProvider.System.GetUtcNow(), "ai", metadata);
}
