using System.Net;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Dify;

/// <summary>
/// Loads the files of answers that the app's own server holds. The operator has named that server, so its address may be private; every other
/// address is left to the rules for foreign files. Its addresses are signed, so no key is sent along.
/// </summary>
/// <param name="endpoint">An address of the server.</param>
internal sealed class DifyFiles(HttpClient http, Uri endpoint, TimeProvider clock)
{
    /// <summary>Greatest size of a file, in bytes.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    /// <summary>Longest time to load a file. The text that follows it waits as long.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>The update with the bytes of such files; a file that cannot be loaded stays an address.</summary>
    public async ValueTask<ChatResponseUpdate> Load(ChatResponseUpdate update, CancellationToken cancellationToken)
    {
        for (var i = 0; i < update.Contents.Count; i++)
            if (
                update.Contents[i] is UriContent file
                && IsOwn(file.Uri)
                && await Load(file, cancellationToken).ConfigureAwait(false) is { } loaded
            )
                update.Contents[i] = loaded;
        return update;
    }

    private bool IsOwn(Uri address) =>
        Uri.Compare(address, endpoint, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private async Task<DataContent?> Load(UriContent file, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var response = await http.GetAsync(file.Uri, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                return null;
            await response.Content.LoadIntoBufferAsync(MostBytes, either.Token).ConfigureAwait(false);
            var bytes = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            var name = file.AdditionalProperties?.GetValueOrDefault(ModelCall.FileName) as string;
            return new DataContent(bytes, file.MediaType) { Name = name };
        }
        catch (Exception failure)
            when (failure is HttpRequestException or IOException or ModelFailureException or OperationCanceledException
                && !cancellationToken.IsCancellationRequested
            )
        {
            return null;
        }
    }
}
