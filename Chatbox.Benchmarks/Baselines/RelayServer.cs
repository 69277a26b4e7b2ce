using System.Buffers;
using System.Net.WebSockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using Chatbox.Benchmarks.Loopback;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Benchmarks.Baselines;

/// <summary>
/// The lower bound of the comparison: Kestrel, a WebSocket, one request to the model per message, one text frame per token. There are no
/// users, sessions, journal, stop command or second device; a broken socket loses the answer.
/// </summary>
internal static class RelayServer
{
    public const string Path = "/ws";

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="pace">Least time between two frames of an answer; null for one frame per token.</param>
    public static async Task<WebApplication> Start(Uri model, TimeSpan? pace, CancellationToken cancellationToken)
    {
        var builder = LoopbackServer.CreateBuilder();
        builder.Services.AddSingleton(_ => new ModelClient(model));
        var app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(54) });
        app.Map(Path, (HttpContext context, ModelClient client) => Serve(context, client, pace));
        new RelayFiles().Map(app);
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static async Task Serve(HttpContext context, ModelClient client, TimeSpan? pace)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var session = Guid.NewGuid().ToString("N");
        try
        {
            while (await ReceiveQuestion(socket, context.RequestAborted) is { } question)
            {
                var pieces = client.Ask(question, context.RequestAborted);
                if (pace is { } interval)
                    pieces = pieces.Paced(interval, context.RequestAborted);
                await Relay(pieces, session, socket, context.RequestAborted);
            }
            if (socket.State is WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // The client disconnected, and the relay keeps nothing beyond the connection.
        }
    }

    /// <summary>The text of the next user message; null when the client closes.</summary>
    private static async Task<string?> ReceiveQuestion(WebSocket socket, CancellationToken cancellationToken)
    {
        // A zero-byte read waits without a buffer, so an idle socket holds none.
        if ((await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken)).MessageType is WebSocketMessageType.Close)
            return null;

        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var length = 0;
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += received.Count;
                if (received.EndOfMessage)
                    break;
                if (length == buffer.Length)
                    throw new InvalidDataException("The question is longer than 64 KiB.");
            }

            using var frame = JsonDocument.Parse(buffer.AsMemory(0, length));
            return frame.RootElement.GetProperty("content").GetString();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task Relay(IAsyncEnumerable<string> pieces, string session, WebSocket socket, CancellationToken cancellationToken)
    {
        var message = Guid.NewGuid().ToString("N");
        var buffer = new ArrayBufferWriter<byte>(512);
        await using var json = new Utf8JsonWriter(buffer, Json);
        var offset = 0;
        await foreach (var piece in pieces)
        {
            Write(buffer, json, session, message, piece, offset, done: false);
            offset += piece.Length;
            await socket.SendAsync(buffer.WrittenMemory, WebSocketMessageType.Text, true, cancellationToken);
        }

        Write(buffer, json, session, message, "", offset, done: true);
        await socket.SendAsync(buffer.WrittenMemory, WebSocketMessageType.Text, true, cancellationToken);
    }

    private static void Write(
        ArrayBufferWriter<byte> buffer,
        Utf8JsonWriter json,
        string session,
        string message,
        string piece,
        int offset,
        bool done
    )
    {
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteString("type"u8, "ai_response"u8);
        json.WriteString("session_id"u8, session);
        json.WriteString("content"u8, piece);
        json.WriteString("model_id"u8, "scripted"u8);
        json.WriteString("message_id"u8, message);
        json.WriteNumber("offset"u8, offset);
        json.WriteString("timestamp"u8, TimeProvider.System.GetUtcNow());
        json.WriteString("sender"u8, "ai"u8);
        json.WriteStartObject("metadata"u8);
        json.WriteString("streaming"u8, "true"u8);
        json.WriteString("done"u8, done ? "true"u8 : "false"u8);
        if (done)
            json.WriteString("finish_reason"u8, "stop"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
    }
}
