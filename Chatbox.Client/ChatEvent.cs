using Chatbox.Client.Connections;
using Chatbox.Client.Conversations;
using Chatbox.Client.Frames;

namespace Chatbox.Client;

/// <summary>
/// What a client tells, in the order in which it happens. Events of one frame come in this order: <see cref="Admitted"/>,
/// <see cref="FrameReceived"/>, <see cref="Bound"/>, <see cref="ConversationChanged"/>.
/// </summary>
public abstract record ChatEvent
{
    private ChatEvent() { }

    /// <summary>The connection has changed.</summary>
    /// <param name="RetryIn">The time until the next attempt, while the state is <see cref="ClientState.Waiting"/>.</param>
    public sealed record StateChanged(ClientState State, TimeSpan RetryIn) : ChatEvent;

    /// <summary>The server has named the user, before anything of the binding shows.</summary>
    /// <param name="User">The user; null if the server does not say.</param>
    /// <param name="IsAnother">Whether another person was here before. Everything of that person is dropped.</param>
    public sealed record Admitted(string? User, bool IsAnother) : ChatEvent;

    /// <summary>A frame, after the conversation has it.</summary>
    public sealed record FrameReceived(ChatFrame Frame) : ChatEvent;

    /// <summary>
    /// The server has bound the connection to a session, and commands go out from now on (<see cref="ChatClient.IsBound"/>): the messages of the store
    /// are before them. If the store is slow, this comes later than the frame that bound the connection.
    /// </summary>
    /// <param name="IsFirst">Whether this is the first binding of its connection.</param>
    public sealed record Bound(string SessionId, bool IsFirst) : ChatEvent;

    /// <summary>The conversation differs from before.</summary>
    public sealed record ConversationChanged(ChatConversation Conversation) : ChatEvent;

    /// <summary>The server accepts the token no longer, and the provider has no other; the connection has stopped.</summary>
    /// <param name="Message">What the server said last, if it explained itself.</param>
    public sealed record TokenRefused(RefusalReason Reason, string? Message) : ChatEvent;

    /// <summary>The token provider has thrown. It is asked again.</summary>
    public sealed record TokenFailed(Exception Failure) : ChatEvent;

    /// <summary>The history could not be read; <see cref="ChatClient.LoadHistory"/> tries again, and so does the next connection.</summary>
    public sealed record HistoryFailed(Exception Failure) : ChatEvent;

    /// <summary>The store has failed. Messages are in memory all the same, but a restart loses them.</summary>
    public sealed record StoreFailed(Exception Failure) : ChatEvent;

    /// <summary>This reader was too slow: the oldest events in its buffer are gone. <see cref="ChatClient.Conversation"/> has everything.</summary>
    /// <param name="Count">How many events this reader has missed here.</param>
    public sealed record Missed(long Count) : ChatEvent;
}
