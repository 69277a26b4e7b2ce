using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Records;
using Chatbox.Node.Files.Uploads;

namespace Chatbox.Node.Files.Produced;

/// <summary>
/// Lets files of the service go the way of uploads. The quota refuses them too: it would bound nothing if a person could pass it by asking a
/// model for pictures.
/// </summary>
internal sealed class ProducedFiles(UploadIntake intake, FileLibrary library, UploadOptions options) : IProducedFiles
{
    public async Task<ProducedResult> Store(ProducedFile file, Stream content, CancellationToken cancellationToken)
    {
        if (content.Length > options.MaxSize)
            return new ProducedResult.Refused(FileFaults.Size, $"It is larger than {options.MaxSize >> 20} MB.");
        // A node that died in the middle has left a record with the same id.
        await library.GiveUp(file.Id, cancellationToken);
        if (await library.Find([file.Id], cancellationToken) is not [_])
        {
            var spooled = new SpooledFile(file.Name, file.ClaimedType, content);
            if (Refusal(await intake.Take(file.Owner, file.Id, spooled, cancellationToken)) is { } refused)
                return refused;
        }

        if (await library.Claim(file.Owner, file.Session, [file.Id], cancellationToken) is FileClaim.Claimed { Files: [var stored] })
            return new ProducedResult.Stored(stored);
        // The session was erased while the file was written: the erasure has not seen the file.
        await library.Discard(file.Id, cancellationToken);
        return new ProducedResult.SessionErased();
    }

    public Task Withdraw(FileId file, CancellationToken cancellationToken) => library.Delete(file, cancellationToken);

    private static ProducedResult.Refused? Refusal(UploadResult result) =>
        result switch
        {
            UploadResult.Stored => null,
            UploadResult.Refused refused => new(refused.Fault.Label, FirstSentence(refused.Message)),
            UploadResult.OverQuota => new(
                FileFaults.Quota,
                "There is no room for more files of this user. Erase conversations with files to make room."
            ),
            UploadResult.Undecided => new(FileFaults.Unavailable, "It could not be checked now."),
            _ => throw new InvalidOperationException($"There is no such result: {result}."),
        };

    /// <summary>What is wrong, without the advice for somebody who could send the file again.</summary>
    private static string FirstSentence(string message) =>
        message.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? message[..(end + 1)] : message;
}
