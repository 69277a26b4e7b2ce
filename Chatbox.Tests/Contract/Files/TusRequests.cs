using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Chatbox.Tests.Contract.Files;

/// <summary>The requests of a client of tus 1.0.</summary>
internal static class TusRequests
{
    public static async Task<string> Create(HttpClient http, string user, long length, string name = "a.txt", string type = "text/plain")
    {
        var created = await Begin(http, user, length, name, type);
        Assert.Equal(201, created.Status);
        return created.Headers["Location"];
    }

    public static Task<RestAnswer> Begin(HttpClient http, string user, long length, string name = "a.txt", string type = "text/plain") =>
        Send(
            http,
            "POST",
            "/chatbox/uploads",
            user,
            request =>
            {
                request.Headers.Add("Upload-Length", $"{length}");
                request.Headers.Add("Upload-Metadata", $"filename {Base64(name)},filetype {Base64(type)}");
            }
        );

    public static Task<RestAnswer> Patch(HttpClient http, string place, long offset, byte[] bytes, string? checksum = null) =>
        Send(
            http,
            "PATCH",
            place,
            "alice",
            request =>
            {
                request.Content = new ByteArrayContent(bytes);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
                request.Headers.Add("Upload-Offset", $"{offset}");
                if (checksum is not null)
                    request.Headers.Add("Upload-Checksum", checksum);
            }
        );

    public static async Task<long> OffsetOf(HttpClient http, string place)
    {
        var head = await Send(http, "HEAD", place, "alice");
        Assert.Equal(200, head.Status);
        return long.Parse(head.Headers["Upload-Offset"], CultureInfo.InvariantCulture);
    }

    public static async Task<RestAnswer> Send(
        HttpClient http,
        string method,
        string path,
        string? user,
        Action<HttpRequestMessage>? change = null
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        if (user is not null)
            request.Headers.Authorization = UploadHost.Bearer(user);
        change?.Invoke(request);
        using var answer = await http.SendAsync(request);
        return await RestAnswer.Read(answer);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
