namespace Chatbox.Node.Models.Dify;

/// <summary>The server does not know the conversation any more, or takes nothing more in it. Never leaves the adapter.</summary>
internal sealed class ConversationGoneException(string how) : Exception(how);
