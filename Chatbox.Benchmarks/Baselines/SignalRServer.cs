using System.Runtime.CompilerServices;
using Chatbox.Benchmarks.Loopback;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Benchmarks.Baselines;

/// <summary>
/// The usual design of a .NET service: a SignalR hub that streams the answer with the JSON protocol. It gives no more guarantees than the
/// relay.
/// </summary>
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
                // The other targets ping at this interval too. The client timeout must not disconnect the load client, which sends no
                // pings.
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

/// <summary>Streams one answer per call to the caller.</summary>
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
