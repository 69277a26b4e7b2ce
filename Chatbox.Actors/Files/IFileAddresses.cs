using Chatbox.Messages;

namespace Chatbox.Actors.Files;

/// <summary>Signs the addresses under which people open files.</summary>
public interface IFileAddresses
{
    /// <summary>
    /// An address of the file that is valid for a limited time (15 minutes unless configured otherwise), on every node. Pure computation: asks
    /// no store, so that a frame can be rendered anywhere. The address is good for whoever has it until it expires.
    /// </summary>
    string Sign(FileId file);
}
