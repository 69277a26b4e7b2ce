using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>
/// Names of what the actors tell a model adapter, and it tells them, beyond what <c>ChatOptions</c> and <c>ChatResponseUpdate</c> have
/// members for: keys of their <c>AdditionalProperties</c>.
/// </summary>
public static class ModelCall
{
    /// <summary>In <c>ChatOptions</c>, <c>true</c>: the last message is the assistant's unfinished answer, go on from its end.</summary>
    public const string Continue = "continue";

    /// <summary>In <c>ChatOptions</c>, a string: who asks, stable per person. Dify requires it.</summary>
    public const string User = "user";

    /// <summary>In <c>ChatOptions</c>, a <see cref="StreamSigns"/>: what the adapter reports about the response besides its text.</summary>
    public const string Signs = "signs";

    /// <summary>In <c>ChatResponseUpdate</c>, <c>true</c>: this text takes the place of all text of the answer so far (Dify's moderation).</summary>
    public const string Replace = "replace";

    /// <summary>
    /// A finish reason: the provider ended the answer because something failed there, and may do better when it is asked again.
    /// </summary>
    public static readonly ChatFinishReason Failed = new("error");
}
