using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>The files in the events of one answer, in their order, until they are taken.</summary>
internal sealed class FoundFiles
{
    private readonly List<AIContent> _files = [];

    /// <summary>Number of files that were not taken yet.</summary>
    public int Count => _files.Count;

    /// <summary>Whether any file of the answer has been taken.</summary>
    public bool WereTaken { get; private set; }

    /// <summary>Adds a file; null adds nothing.</summary>
    public void Add(AIContent? file)
    {
        if (file is not null)
            _files.Add(file);
    }

    /// <summary>Drops all files after the first ones.</summary>
    public void Keep(int count) => _files.RemoveRange(count, _files.Count - count);

    /// <summary>Returns an update with the files since the last call; null if there are none.</summary>
    public ChatResponseUpdate? Take()
    {
        if (_files.Count == 0)
            return null;
        var update = new ChatResponseUpdate { Role = ChatRole.Assistant, Contents = [.. _files] };
        _files.Clear();
        WereTaken = true;
        return update;
    }
}
