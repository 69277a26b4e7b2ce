namespace Chatbox.Messages.Sessions;

/// <summary>The stable words for why a file is not there. Protocol section 7.</summary>
public static class FileFaults
{
    /// <summary>The file is larger than an upload may be.</summary>
    public const string Size = "size";

    /// <summary>The type is not among the accepted ones.</summary>
    public const string Type = "type";

    /// <summary>The content is not what the name says.</summary>
    public const string Mismatch = "mismatch";

    /// <summary>The file has no bytes.</summary>
    public const string Empty = "empty";

    /// <summary>The name is not a plain file name, or hides something.</summary>
    public const string Name = "name";

    /// <summary>The file contains something that runs or loads by itself.</summary>
    public const string Active = "active";

    /// <summary>The file is small and grows beyond all bounds when it is opened.</summary>
    public const string Bomb = "bomb";

    /// <summary>The file cannot be read as what it is.</summary>
    public const string Damaged = "damaged";

    /// <summary>The scanner found malware.</summary>
    public const string Infected = "infected";

    /// <summary>The owner's quota is used up.</summary>
    public const string Quota = "quota";

    /// <summary>The answer has brought as many files as it may.</summary>
    public const string Count = "count";

    /// <summary>The files of the answer have as many bytes as they may, together.</summary>
    public const string Total = "total";

    /// <summary>The node stores no files.</summary>
    public const string NoStore = "no_store";

    /// <summary>The file is at an address that is not public.</summary>
    public const string Address = "address";

    /// <summary>The file could not be checked or stored, or not in time.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>Those of a file that somebody uploads.</summary>
    public static IReadOnlyList<string> OfUploads { get; } = [Size, Type, Mismatch, Empty, Name, Active, Bomb, Damaged, Infected];

    /// <summary>Those of a file that a model returns.</summary>
    public static IReadOnlyList<string> All { get; } = [.. OfUploads, Quota, Count, Total, NoStore, Address, Unavailable];
}
