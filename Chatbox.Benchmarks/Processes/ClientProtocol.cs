namespace Chatbox.Benchmarks.Processes;

/// <summary>The protocols that the client can speak.</summary>
internal enum ClientProtocol
{
    WebSocket,
    SignalR,
}
