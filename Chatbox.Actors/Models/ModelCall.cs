using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>
/// The keys in <c>AdditionalProperties</c> for what the actors and a provider's client tell each other beyond the members of
/// <c>ChatOptions</c> and <c>ChatResponseUpdate</c>.
/// </summary>
public static class ModelCall
{
    /// <summary>
    /// In <c>ChatOptions</c>, <c>true</c>: the last message is the assistant's unfinished answer, and the client shall continue it.
    /// </summary>
    public const string Continue = "continue";

    /// <summary>In <c>ChatOptions</c>, a string: the id of the user, which never changes for a person. Dify requires it.</summary>
    public const string User = "user";

    /// <summary>In <c>ChatOptions</c>, a <see cref="StreamSigns"/>: where the client reports signs of life of the response.</summary>
    public const string Signs = "signs";

    /// <summary>In <c>ChatOptions</c>, a <see cref="ReadPace"/>: when the client reads the response. Without it, the client reads what arrives.</summary>
    public const string Pace = "pace";

    /// <summary>
    /// In <c>ChatResponseUpdate</c>, <c>true</c>: this text replaces the whole text of the answer so far. Dify's moderation does so.
    /// </summary>
    public const string Replace = "replace";

    /// <summary>In a <c>UriContent</c>, a string: the provider's name of the file.</summary>
    public const string FileName = "file_name";

    /// <summary>The finish reason of an answer that the provider ended because of a failure. Another try may succeed.</summary>
    public static readonly ChatFinishReason Failed = new("error");
}
