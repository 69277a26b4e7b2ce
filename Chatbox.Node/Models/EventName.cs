namespace Chatbox.Node.Models;

/// <summary>The names of server-sent events that matter. If a provider's data repeats the name, the data decides.</summary>
internal enum EventName
{
    Other,
    Error,
    Ping,
    MessageStop,
}

internal static class EventNames
{
    public static EventName Of(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("error"u8) ? EventName.Error
        : name.SequenceEqual("message_stop"u8) || name.SequenceEqual("message_end"u8) ? EventName.MessageStop
        : IsPing(name) ? EventName.Ping
        : EventName.Other;

    private static bool IsPing(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("ping"u8)
        || name.SequenceEqual("heartbeat"u8)
        || name.SequenceEqual("keepalive"u8)
        || name.SequenceEqual("keep-alive"u8);
}
