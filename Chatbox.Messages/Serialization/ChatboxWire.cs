namespace Chatbox.Messages.Serialization;

/// <summary>Every message of Chatbox that leaves a process.</summary>
public static class ChatboxWire
{
    public static WireTable Table { get; } =
        new WireTable()
            .WithSessionEvents()
            .WithSessionMessages()
            .WithSessionLife()
            .WithSessionImport()
            .WithUserMessages()
            .WithUserLimits()
            .WithIndexLag()
            .WithUserSessions();
}
