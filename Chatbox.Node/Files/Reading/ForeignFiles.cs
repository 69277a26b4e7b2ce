using System.Net;
using Chatbox.Actors.Files.Foreign;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Files.Judging;

namespace Chatbox.Node.Files.Reading;

/// <summary>
/// Loads other people's files, for models and from models, from public hosts only: the connection goes to an address that was checked, without proxy, cookies,
/// credentials and redirects. What comes is judged like an upload.
/// </summary>
internal sealed class ForeignFiles : IDisposable
{
    private readonly IFileJudge _judge;
    private readonly FileSpool _spool;
    private readonly ReadingOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;

    /// <param name="change">Changes the transport, for tests.</param>
    public ForeignFiles(
        PublicHosts hosts,
        IFileJudge judge,
        FileSpool spool,
        ReadingOptions options,
        TimeProvider clock,
        Action<SocketsHttpHandler>? change = null
    )
    {
        (_judge, _spool, _options, _clock) = (judge, spool, options, clock);
        var transport = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 64,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = (context, cancellationToken) => hosts.Connect(context.DnsEndPoint, cancellationToken),
        };
        change?.Invoke(transport);
        _http = new HttpClient(transport) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The content of a foreign file, and its true type. The caller disposes the content.</summary>
    /// <exception cref="FileUnreadableException">The host is not public or does not respond in time, or the file is refused.</exception>
    public async Task<(Stream Content, string MimeType)> Load(MessageFile file, CancellationToken cancellationToken)
    {
        var spooled = await Fetch(file.Address!, cancellationToken);
        try
        {
            if (await _judge.Judge(new SpooledFile(file.Name, null, spooled), cancellationToken) is not FileVerdict.Accepted good)
                throw new FileUnreadableException("it was not accepted");
            if (good.Content != spooled)
                await spooled.DisposeAsync();
            good.Content.Position = 0;
            return (good.Content, good.MimeType);
        }
        catch
        {
            await spooled.DisposeAsync();
            throw;
        }
    }

    /// <summary>The content of a foreign file, which nobody has judged. The caller disposes it.</summary>
    /// <exception cref="FileUnreadableException">The host is not public, does not respond in time, or sends too much.</exception>
    public async Task<Stream> Fetch(string text, CancellationToken cancellationToken)
    {
        if (!PublicAddress.TryParse(text, out var address, _options.ForeignPorts))
            throw new FileUnreadableException("its address is not a public https address");
        using var deadline = new CancellationTokenSource(_options.ForeignTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var spooled = await _spool.Open(either.Token);
        try
        {
            await Fetch(address, spooled, either.Token);
            spooled.Position = 0;
            return spooled;
        }
        catch (Exception failure)
        {
            await spooled.DisposeAsync();
            if (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new FileUnreadableException($"its host took longer than {_options.ForeignTimeout.TotalSeconds} s");
            if (failure is HttpRequestException request)
                throw new FileUnreadableException($"its host failed: {request.HttpRequestError}");
            throw;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task Fetch(Uri address, FileStream spooled, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new FileUnreadableException($"its host answered {(int)response.StatusCode}");
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (!await _spool.Fill(spooled, body, _options.MostForeignBytes, cancellationToken))
            throw new FileUnreadableException($"it has more than {_options.MostForeignBytes} bytes");
    }
}

/// <summary>A file cannot be read for a model. The message says why, for the log; it contains no name, address or content.</summary>
internal sealed class FileUnreadableException(string message) : Exception(message);
