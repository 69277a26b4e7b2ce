namespace Chatbox.Node.Sealing;

/// <summary>Looks for conversations in a store before any part of the node reads it.</summary>
internal interface IStoredContent
{
    /// <summary>Whether there is any conversation or file, encrypted or not.</summary>
    bool HasAny();

    /// <summary>Whether anything is encrypted.</summary>
    /// <param name="everywhere">Checks every row. Otherwise only the newest and oldest rows, because every start without a key does this check.</param>
    bool HasSealed(bool everywhere);
}
