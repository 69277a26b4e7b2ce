using Chatbox.Messages.Sessions;

namespace Chatbox.Node.Files.Judging;

/// <summary>Why a file is refused.</summary>
/// <param name="Label">The label of the metric, and the word for clients.</param>
/// <param name="Status">The HTTP status: 413, 415 or 422.</param>
internal sealed record FileFault(string Label, int Status)
{
    /// <summary>The file is larger than an upload may be.</summary>
    public static readonly FileFault Size = new(FileFaults.Size, 413);

    /// <summary>The type is not among the accepted ones.</summary>
    public static readonly FileFault Type = new(FileFaults.Type, 415);

    /// <summary>The content is not what the name or the client says.</summary>
    public static readonly FileFault Mismatch = new(FileFaults.Mismatch, 415);

    /// <summary>The file has no bytes.</summary>
    public static readonly FileFault Empty = new(FileFaults.Empty, 422);

    /// <summary>The name is not a plain file name, or hides something.</summary>
    public static readonly FileFault Name = new(FileFaults.Name, 422);

    /// <summary>The file contains something that runs or loads by itself when the file is opened: a script, a macro, an embedded program.</summary>
    public static readonly FileFault Active = new(FileFaults.Active, 422);

    /// <summary>The file is small and grows beyond all bounds when it is opened: a compression bomb, or an image with too many pixels.</summary>
    public static readonly FileFault Bomb = new(FileFaults.Bomb, 422);

    /// <summary>The file cannot be read as what it is.</summary>
    public static readonly FileFault Damaged = new(FileFaults.Damaged, 422);

    /// <summary>The scanner found malware.</summary>
    public static readonly FileFault Infected = new(FileFaults.Infected, 422);

    /// <summary>All reasons.</summary>
    public static IReadOnlyList<FileFault> All { get; } = [Size, Type, Mismatch, Empty, Name, Active, Bomb, Damaged, Infected];
}
