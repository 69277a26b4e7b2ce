using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Chatbox.Benchmarks.Client;

/// <summary>
/// Uploads files, all at once and each by a person of its own, and checks that the server has every byte. The files are letters, of unknown
/// length for the server, and differ from each other.
/// </summary>
internal sealed class UploadCrowd : IDisposable
{
    private const int ChunkBytes = 64 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Uri _server;
    private readonly string? _secret;
    private readonly int _bytesPerSecond;
    private readonly TimeProvider _clock;
    private readonly byte[][] _heads;
    private readonly byte[] _rest;
    private readonly byte[][] _hashes;
    private readonly string[] _places;

    /// <param name="uploads">The number of files.</param>
    /// <param name="bytes">Bytes of each.</param>
    /// <param name="bytesPerSecond">The pace of each upload; 0 for as fast as it goes.</param>
    public UploadCrowd(Uri server, string? secret, int uploads, int bytes, int bytesPerSecond, TimeProvider clock)
    {
        (_server, _secret, _bytesPerSecond, _clock) = (server, secret, bytesPerSecond, clock);
        _http.Timeout = Timeout.InfiniteTimeSpan;
        _heads = [.. Enumerable.Range(0, uploads).Select(_ => Letters(ChunkBytes))];
        _rest = Letters(bytes - ChunkBytes);
        _hashes = [.. _heads.Select(Hash)];
        _places = new string[uploads];
    }

    /// <summary>Uploads all files, and completes when the last one is confirmed.</summary>
    /// <exception cref="WrongAnswerException">The server refused a file.</exception>
    public Task Run(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, _heads.Length).Select(n => Task.Run(() => Upload(n, cancellationToken), cancellationToken)));

    /// <summary>Loads every file again and compares its hash.</summary>
    /// <exception cref="WrongAnswerException">A file is not what was uploaded.</exception>
    public async Task Check(CancellationToken cancellationToken)
    {
        for (var n = 0; n < _places.Length; n++)
        {
            await using var content = await _http.GetStreamAsync(new Uri(_server, _places[n]), cancellationToken);
            var hash = await SHA256.HashDataAsync(content, cancellationToken);
            if (!hash.AsSpan().SequenceEqual(_hashes[n]))
                throw new WrongAnswerException($"The file of uploader {n} is not what was uploaded.");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task Upload(int n, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent { { new PacedContent(this, n), "file", "letters.txt" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server, "/chatbox/upload")) { Content = form };
        if (_secret is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BenchmarkToken.Sign(_secret, $"uploader-{n}"));
        using var answer = await _http.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new WrongAnswerException($"The upload of {n} got {(int)answer.StatusCode}: {body}");
        using var json = JsonDocument.Parse(body);
        _places[n] = json.RootElement.GetProperty("file_url").GetString()!;
    }

    private byte[] Hash(byte[] head)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(_rest);
        return hash.GetHashAndReset();
    }

    private static byte[] Letters(int length)
    {
        var letters = RandomNumberGenerator.GetBytes(length);
        foreach (ref var letter in letters.AsSpan())
            letter = (byte)('a' + letter % 26);
        return letters;
    }

    /// <summary>The content of one file, written at its pace.</summary>
    private sealed class PacedContent(UploadCrowd crowd, int n) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var from = crowd._clock.GetTimestamp();
            await stream.WriteAsync(crowd._heads[n], cancellationToken);
            for (var at = 0; at < crowd._rest.Length; at += ChunkBytes)
            {
                if (crowd._bytesPerSecond > 0)
                    await Pause(at + ChunkBytes, from, cancellationToken);
                await stream.WriteAsync(crowd._rest.AsMemory(at, Math.Min(ChunkBytes, crowd._rest.Length - at)), cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        private Task Pause(long sent, long from, CancellationToken cancellationToken)
        {
            var ahead = TimeSpan.FromSeconds((double)sent / crowd._bytesPerSecond) - crowd._clock.GetElapsedTime(from);
            return ahead > TimeSpan.FromMilliseconds(1) ? Task.Delay(ahead, crowd._clock, cancellationToken) : Task.CompletedTask;
        }
    }
}
