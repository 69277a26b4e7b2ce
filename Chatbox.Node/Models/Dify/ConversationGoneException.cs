namespace Chatbox.Node.Models.Dify;

/// <summary>The server does not have the conversation any more, or accepts no more messages in it. The client handles it itself.</summary>
internal sealed class ConversationGoneException(string how) : Exception(how);
