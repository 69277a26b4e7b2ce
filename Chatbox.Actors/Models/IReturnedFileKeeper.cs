using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>Keeps the files that models return: stores their bytes, or passes on an address that was checked.</summary>
public interface IReturnedFileKeeper
{
    /// <summary>
    /// Judges and stores a file, or says why not. The same file of the same answer, kept twice, is one file. Never throws but for the
    /// cancellation.
    /// </summary>
    Task<ReturnedFile> Keep(ReturnedContent file, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a stored file that no session shows, because its answer ended first. Never throws but for the cancellation: a file that cannot be
    /// removed now goes with its session, and the log says so.
    /// </summary>
    Task Withdraw(ReturnedFile file, CancellationToken cancellationToken);
}

/// <summary>A file as a model returned it.</summary>
/// <param name="Part">Tells the files of an answer apart; the same again for the same content.</param>
/// <param name="Name">
/// The provider's name of the file, or one without an extension, such as <c>image-1</c>. For people, before the judge has seen the file.
/// </param>
/// <param name="Content">A <see cref="DataContent"/> with the bytes, or a <see cref="UriContent"/> with an address of any kind.</param>
public sealed record ReturnedContent(SessionId Session, UserId Owner, MessageId Answer, string Part, string Name, AIContent Content);
