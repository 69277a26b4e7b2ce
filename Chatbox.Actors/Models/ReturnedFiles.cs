using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Actors.Models;

/// <summary>
/// The files that a model returns with one answer. They are kept one after the other while the text goes on, and the session is told of each.
/// Not thread-safe: one stream at a time brings files, then waits for all.
/// </summary>
/// <param name="keeper">Null on a node without a file store: every file is refused.</param>
/// <param name="timeout">Longest wait for all files, once the text is complete.</param>
internal sealed class ReturnedFiles(
    IReturnedFileKeeper? keeper,
    StartAnswer request,
    SessionLink session,
    IActorRef answer,
    TimeSpan timeout,
    TimeProvider clock,
    CancellationToken cancellationToken
)
{
    /// <summary>Files of one answer. The providers of today return one or a few.</summary>
    public const int MostFiles = 10;

    /// <summary>Bytes that the files of one answer may have together, as far as they came with the answer itself.</summary>
    public const long MostBytes = 32L * 1024 * 1024;

    private readonly HashSet<string> _parts = [];

    /// <summary>The files that the session has not been told of, in their order. Shared by the stream's thread and the keeper's.</summary>
    private readonly List<ReturnedContent> _pending = [];

    private Task _kept = Task.CompletedTask;
    private long _bytes;

    public static bool IsFile(AIContent content) => content is DataContent or UriContent;

    /// <summary>Begins to keep a file. The stream may go on at once.</summary>
    public void Take(AIContent content)
    {
        var part = PartOf(content);

        // Gateways send a file in a piece of the answer, and again with the whole of it.
        if (!_parts.Add(part))
            return;
        var name = NameOf(content, _parts.Count);
        if (_parts.Count > MostFiles + 1)
            return; // the first one too many was told
        if (_parts.Count > MostFiles)
            Tell(ReturnedFile.Refused(name, FileFaults.Count, $"an answer may bring at most {MostFiles} files."));
        else if (content is DataContent data && (_bytes += data.Data.Length) > MostBytes)
            Tell(ReturnedFile.Refused(name, FileFaults.Total, $"the files of an answer may have at most {MostBytes >> 20} MB."));
        else if (keeper is null)
            Tell(ReturnedFile.Refused(name, FileFaults.NoStore, "this server stores no files."));
        else
        {
            var file = new ReturnedContent(request.SessionId, request.UserId, request.AnswerId, part, name, content);
            lock (_pending)
                _pending.Add(file);
            _kept = Keep(keeper, _kept, file);
        }
    }

    /// <summary>Completes when the session has been told of every file. It never fails, and takes no longer than the timeout.</summary>
    public async Task All()
    {
        try
        {
            await _kept.WaitAsync(timeout, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            foreach (var late in GiveUp())
                Tell(ReturnedFile.Refused(late.Name, FileFaults.Unavailable, "it could not be stored in time."));
        }
        catch (OperationCanceledException)
        {
            // The answer is stopped, and so are its files.
        }
    }

    private async Task Keep(IReturnedFileKeeper keeper, Task before, ReturnedContent file)
    {
        await before.ConfigureAwait(false);
        try
        {
            var kept = await keeper.Keep(file, cancellationToken).ConfigureAwait(false);
            if (IsAwaited(file))
                Tell(kept);
            else
                await keeper.Withdraw(kept, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The answer is stopped.
        }
    }

    private bool IsAwaited(ReturnedContent file)
    {
        lock (_pending)
            return _pending.Remove(file);
    }

    private ReturnedContent[] GiveUp()
    {
        lock (_pending)
        {
            ReturnedContent[] late = [.. _pending];
            _pending.Clear();
            return late;
        }
    }

    private void Tell(ReturnedFile file) => session.Tell(new AnswerFile(request.AnswerId, request.Attempt, file), answer);

    private static string NameOf(AIContent content, int number) =>
        content switch
        {
            DataContent { Name: { Length: > 0 } name } => name,
            DataContent data when data.HasTopLevelMediaType("image") => $"image-{number}",
            UriContent address when address.AdditionalProperties?.GetValueOrDefault(ModelCall.FileName) is string { Length: > 0 } name =>
                name,
            UriContent address when address.HasTopLevelMediaType("image") => $"image-{number}",
            _ => $"file-{number}",
        };

    private static string PartOf(AIContent content) =>
        Convert.ToHexStringLower(
            content is DataContent data
                ? SHA256.HashData(data.Data.Span)
                : SHA256.HashData(Encoding.UTF8.GetBytes(((UriContent)content).Uri.OriginalString))
        );
}
