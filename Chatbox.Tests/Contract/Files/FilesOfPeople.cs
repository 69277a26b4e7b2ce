using System.Text;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Files as people upload and mention them.</summary>
internal static class FilesOfPeople
{
    /// <summary>Uploads a text file.</summary>
    public static async Task<RestAnswer> Upload(this HttpClient http, string user, string content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chatbox/upload")
        {
            Content = UploadHost.Form(Encoding.ASCII.GetBytes(content)),
        };
        request.Headers.Authorization = UploadHost.Bearer(user);
        using var answer = await http.SendAsync(request);
        return await RestAnswer.Read(answer);
    }

    /// <summary>Sends a file to the user's active session, and waits until the session can be read.</summary>
    /// <returns>The session, and the file's address as the user's device got it.</returns>
    public static async Task<(string Session, string Address)> Mention(this TestNode node, string user, string file)
    {
        await using var client = await node.Connect(user);
        await client.Next("connection_status");
        await client.Send(
            new
            {
                type = "file_upload",
                id = $"f{file}",
                file_id = file,
                file_url = "x",
            }
        );
        var shown = await client.Next("file_upload");
        await client.NextDone();
        var session = shown.Text("session_id")!;
        await node.Http.RestUntil($"/sessions/{session}", user, a => a.Status == 200);
        return (session, shown.Text("file_url")!);
    }
}
