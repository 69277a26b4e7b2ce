namespace Chatbox.Node.Sealing;

/// <summary>Whether a store holds anything that people said, before any part of the node reads it.</summary>
internal interface IStoredContent
{
    /// <summary>Whether there is any conversation, sealed or not.</summary>
    bool HasAny();

    /// <summary>Whether anything is sealed.</summary>
    /// <param name="everywhere">Looks at every row; otherwise at the newest and the oldest, as a look at each start must be quick.</param>
    bool HasSealed(bool everywhere);
}
