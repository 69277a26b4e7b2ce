using System.Net.WebSockets;
using Chatbox.Client.Connections;
using Chatbox.Client.Sending;

namespace Chatbox.Client;

/// <summary>What a client needs.</summary>
public sealed record ChatClientOptions
{
    /// <summary>The address under which the server's paths lie, such as <c>https://example.org/chatbox/</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>
    /// Returns a token, or null if there is none. The client asks at the start, before a token expires, and when the server accepts one no longer;
    /// never twice at the same time. What it throws is told as <see cref="ChatEvent.TokenFailed"/>, and it is asked again.
    /// </summary>
    public required Func<TokenRequest, CancellationToken, ValueTask<string?>> Token { get; init; }

    /// <summary>
    /// Where messages wait that are not acknowledged. With a <see cref="FileOutboxStore"/> they survive a restart; by default they do not. The caller
    /// disposes it, after the client.
    /// </summary>
    public IOutboxStore? Store { get; init; }

    /// <summary>
    /// How many messages to read of a long conversation at first, 1 to 1000; <see cref="ChatClient.LoadOlder"/> adds as many. All of them if it is
    /// null. A conversation of up to 500 items comes as a whole.
    /// </summary>
    public int? Window { get; init; }

    /// <summary>Sends the requests; by default one that the client disposes. A caller's own is not disposed.</summary>
    public HttpClient? Http { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Opens a WebSocket at an address with a token; by default a <see cref="ClientWebSocket"/> with the subprotocol <c>chatbox.v1</c>.</summary>
    public Func<Uri, string, CancellationToken, Task<WebSocket>>? OpenSocket { get; init; }

    /// <summary>Returns a number from 0 to 1, which spreads the attempts of many clients to connect.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}
