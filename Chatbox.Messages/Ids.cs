namespace Chatbox.Messages;

/// <summary>A conversation. Made by the server: 32 lower-case hexadecimal digits (protocol section 3).</summary>
public readonly record struct SessionId(string Value)
{
    /// <summary>Length of every session id, in characters.</summary>
    public const int Length = 32;

    public static SessionId New() => new(Guid.NewGuid().ToString("n"));

    /// <summary>Reads an id a client sent; false for anything the server cannot have made.</summary>
    public static bool TryParse(string? text, out SessionId id)
    {
        id = new SessionId(text ?? "");
        return text is { Length: Length } && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
    }

    public override string ToString() => Value;
}

/// <summary>A person, as the token's <c>user_id</c> claim names them.</summary>
public readonly record struct UserId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>A message of a conversation: the same on every device and after every restart. Made by the server.</summary>
public readonly record struct MessageId(string Value)
{
    public static MessageId New() => new(Guid.NewGuid().ToString("n"));

    public override string ToString() => Value;
}

/// <summary>Names one intention of a client; the same id twice takes effect once. At most 64 characters (protocol section 4).</summary>
public readonly record struct CommandId(string Value)
{
    /// <summary>Greatest length of an id that a client sends, in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>An id made at the edge for a command that came without one; the prefix keeps it apart from every client's ids.</summary>
    public static CommandId NewAtEdge() => new($"edge:{Guid.NewGuid():n}{Guid.NewGuid():n}");

    /// <summary>A client gave this id, and waits for its <c>ack</c>: those made here are longer than any client's.</summary>
    public bool IsOfClient => Value.Length <= MaxLength;

    /// <summary>Earlier releases ended a session under such an id when another one took its place.</summary>
    public bool IsOfReplacement() => Value.StartsWith("user:", StringComparison.Ordinal) && !IsOfClient;

    public override string ToString() => Value;
}

/// <summary>A configured language model, as <c>LLM_PROVIDER_n_ID</c> names it. At most 100 characters.</summary>
public readonly record struct ModelId(string Value)
{
    /// <summary>Greatest length, in characters.</summary>
    public const int MaxLength = 100;

    public override string ToString() => Value;
}
