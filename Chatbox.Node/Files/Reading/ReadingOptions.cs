using Chatbox.Actors.Files.Foreign;

namespace Chatbox.Node.Files.Reading;

/// <summary>The bounds of reading files for models, on one node.</summary>
internal sealed record ReadingOptions
{
    /// <summary>Files that are read at the same time.</summary>
    public int Readers { get; init; } = 4;

    /// <summary>Memory for the files of all prompts that models are answering, with the requests that contain them, in bytes.</summary>
    public long MostMemory { get; init; } = 256L * 1024 * 1024;

    /// <summary>Greatest size of a document that a model is given as it is, in bytes. A larger one is given as its text.</summary>
    public long MostDocumentBytes { get; init; } = 16L * 1024 * 1024;

    /// <summary>Greatest size of a foreign file, in bytes.</summary>
    public long MostForeignBytes { get; init; } = 20L * 1024 * 1024;

    /// <summary>Ports that the address of a foreign file may have.</summary>
    public IReadOnlySet<int> ForeignPorts { get; init; } = PublicAddress.DefaultPorts;

    /// <summary>Longest time to load a foreign file.</summary>
    public TimeSpan ForeignTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
