namespace Chatbox.Node.Files.Judging;

/// <summary>Why a file is refused.</summary>
/// <param name="Label">The label of the metric.</param>
/// <param name="Status">The HTTP status: 413, 415 or 422.</param>
internal sealed record FileFault(string Label, int Status)
{
    /// <summary>The file is larger than an upload may be.</summary>
    public static readonly FileFault Size = new("size", 413);

    /// <summary>The type is not among the accepted ones.</summary>
    public static readonly FileFault Type = new("type", 415);

    /// <summary>The content is not what the name or the client says.</summary>
    public static readonly FileFault Mismatch = new("mismatch", 415);

    /// <summary>The file has no bytes.</summary>
    public static readonly FileFault Empty = new("empty", 422);

    /// <summary>The name is not a plain file name, or hides something.</summary>
    public static readonly FileFault Name = new("name", 422);

    /// <summary>The file contains something that runs or loads by itself when the file is opened: a script, a macro, an embedded program.</summary>
    public static readonly FileFault Active = new("active", 422);

    /// <summary>The file is small and grows beyond all bounds when it is opened: a compression bomb, or an image with too many pixels.</summary>
    public static readonly FileFault Bomb = new("bomb", 422);

    /// <summary>The file cannot be read as what it is.</summary>
    public static readonly FileFault Damaged = new("damaged", 422);

    /// <summary>The scanner found malware.</summary>
    public static readonly FileFault Infected = new("infected", 422);

    /// <summary>All reasons.</summary>
    public static IReadOnlyList<FileFault> All { get; } = [Size, Type, Mismatch, Empty, Name, Active, Bomb, Damaged, Infected];
}
