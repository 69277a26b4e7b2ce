namespace Chatbox.Messages.Serialization;

/// <summary>The wire table of Chatbox: every message that leaves a process, for the journal or for another node.</summary>
public static class ChatboxWire
{
    public static WireTable Table { get; } =
        new WireTable()
            .WithClientCommands()
            .WithAnswers()
            .WithVoice()
            .WithReturnedFiles()
            .WithRelays()
            .WithSpeech()
            .WithViewers()
            .WithSessionLife()
            .WithTakeoverCommands()
            .WithTakeovers()
            .WithHelp()
            .WithHelpDesk()
            .WithFeed()
            .WithSessionImport()
            .WithSealedRows()
            .WithUserMessages()
            .WithUserLimits()
            .WithUserSessions()
            .WithIndexLag()
            .WithNotifications()
            .WithCluster();
}
