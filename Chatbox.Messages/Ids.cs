using System.Security.Cryptography;
using System.Text;

namespace Chatbox.Messages;

/// <summary>The id of a conversation. The server creates it: 32 lower-case hexadecimal digits. Protocol section 3.</summary>
public readonly record struct SessionId(string Value)
{
    /// <summary>Length of every session id, in characters.</summary>
    public const int Length = 32;

    public static SessionId New() => new(Guid.NewGuid().ToString("n"));

    /// <summary>Reads a session id from a client; false for a text that cannot be one.</summary>
    public static bool TryParse(string? text, out SessionId id)
    {
        id = new SessionId(text ?? "");
        return text is { Length: Length } && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
    }

    public override string ToString() => Value;
}

/// <summary>The id of a person, from the token's <c>user_id</c> claim.</summary>
public readonly record struct UserId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>The id of a message or an answer: the same on every device and after every restart. The server creates it.</summary>
public readonly record struct MessageId(string Value)
{
    public static MessageId New() => new(Guid.NewGuid().ToString("n"));

    public override string ToString() => Value;
}

/// <summary>The id of one intention of a client: sent twice, it takes effect once. At most 64 characters. Protocol section 4.</summary>
public readonly record struct CommandId(string Value)
{
    /// <summary>Greatest length of a client's command id, in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>
    /// Creates an id for a command that came without one. The prefix and the length distinguish it from every client's id.
    /// </summary>
    public static CommandId NewAtEdge() => new($"edge:{Guid.NewGuid():n}{Guid.NewGuid():n}");

    /// <summary>Whether a client gave this id and waits for its <c>ack</c>. The ids created here are longer than any client's.</summary>
    public bool IsOfClient => Value.Length <= MaxLength;

    /// <summary>Whether an earlier release created this id, to end a session because another one took its place.</summary>
    public bool IsOfReplacement() => Value.StartsWith("user:", StringComparison.Ordinal) && !IsOfClient;

    public override string ToString() => Value;
}

/// <summary>The id of a configured language model, from <c>LLM_PROVIDER_n_ID</c>. At most 100 characters.</summary>
public readonly record struct ModelId(string Value)
{
    /// <summary>Greatest length of a model id, in characters.</summary>
    public const int MaxLength = 100;

    public override string ToString() => Value;
}

/// <summary>The id of an uploaded or produced file. The server creates it: 32 lower-case hexadecimal digits. Protocol section 7.</summary>
public readonly record struct FileId(string Value)
{
    /// <summary>Length of every file id of this service, in characters. Imported conversations name files with ids of other shapes.</summary>
    public const int Length = 32;

    public static FileId New() => new(Guid.NewGuid().ToString("n"));

    /// <summary>
    /// The id of a file that belongs to an answer: always the same for the same part, so that a repetition after a crash makes no second file.
    /// As hard to guess as the id of the answer.
    /// </summary>
    /// <param name="part">Which file of the answer it is: any text.</param>
    public static FileId Of(MessageId answer, string part) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{answer} {part}")))[..Length]);

    /// <summary>Reads a file id from a client; false for a text that cannot be one.</summary>
    public static bool TryParse(string? text, out FileId id)
    {
        id = new FileId(text ?? "");
        return text is { Length: Length } && text.All(char.IsAsciiHexDigitLower);
    }

    public override string ToString() => Value;
}
