using System.Text.Json;
using Chatbox.Messages;
using Chatbox.Node.Identity;

namespace Chatbox.Tests.Contract.People;

/// <summary>A node with scripted models, on which admins help users.</summary>
public class PeopleNode : ScriptedNode
{
    /// <summary>Opens a user's socket and waits for its greeting.</summary>
    internal async Task<TestClient> User(string user, string query = "")
    {
        var client = await Node.Connect(user, query);
        await client.Next("connection_status");
        return client;
    }

    /// <summary>Opens an admin's socket and waits for its greeting. The admin's name is the id with a capital letter.</summary>
    internal async Task<TestClient> Admin(string admin, string session, string query = "")
    {
        var client = await AdminAt(Node.Address, admin, session, query);
        await client.Next("connection_status");
        return client;
    }

    /// <summary>Opens an admin's socket at a node.</summary>
    internal static Task<TestClient> AdminAt(Uri address, string admin, string session, string query = "") =>
        TestClient.Connect(address, AdminToken(admin), $"session_id={session}&{query}");

    /// <summary>A token with the role of an admin and a name.</summary>
    internal static string AdminToken(string admin) =>
        new TokenIssuer(TestNode.Secret, TimeProvider.System).Issue(new UserId(admin), ["admin"], NameOf(admin), TimeSpan.FromHours(1));

    /// <summary>The name that people see of an admin.</summary>
    internal static string NameOf(string admin) => char.ToUpperInvariant(admin[0]) + admin[1..];

    /// <summary>A request of an admin.</summary>
    internal Task<RestAnswer> Rest(string method, string path, string admin, object? body = null) =>
        RestAt(Node.Http, method, path, admin, body);

    /// <inheritdoc cref="Rest" />
    internal static async Task<RestAnswer> RestAt(HttpClient http, string method, string path, string admin, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), TinyHost.Prefix + path);
        request.Headers.Authorization = new("Bearer", AdminToken(admin));
        if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request);
        return await RestAnswer.Read(answer);
    }
}

/// <summary>A <see cref="PeopleNode"/> that notices soon that a holder has gone.</summary>
public sealed class ImpatientPeopleNode : PeopleNode
{
    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["ADMIN_GONE_AFTER"] = "1s", ["HELP_REPLY_WITHIN"] = "3s" };
}

/// <summary>What people and admins do in the tests.</summary>
internal static class PeopleActions
{
    /// <summary>Sends a command with an id and waits for its <c>ack</c>.</summary>
    public static async Task<JsonElement> Do(this TestClient client, object frame, string id)
    {
        var fields = JsonSerializer.SerializeToNode(frame)!.AsObject();
        fields["id"] = id;
        await client.SendText(fields.ToJsonString());
        return await client.Next(f => f.Type() == "ack" && f.Text("id") == id, $"ack of {id}");
    }

    /// <summary>Sends a frame and waits for the error that refuses it.</summary>
    public static async Task<JsonElement> Refused(this TestClient client, object frame)
    {
        await client.Send(frame);
        return await client.Next("error");
    }

    /// <summary>Takes the session over.</summary>
    public static Task<JsonElement> Join(this TestClient admin, string id = "join") => admin.Do(new { type = "admin_join" }, id);

    /// <summary>Gives the session back.</summary>
    public static Task<JsonElement> Leave(this TestClient admin, string id = "leave") => admin.Do(new { type = "admin_leave" }, id);

    /// <summary>The id of the session that a socket is bound to.</summary>
    public static string Session(this TestClient client) => client.Seen[0].Text("session_id")!;

    /// <summary>Says something, waits for the whole answer, and returns the session's id.</summary>
    public static async Task<string> Begin(this TestClient user, string content = "begin")
    {
        await user.Say(content, content);
        return (await user.NextDone()).Text("session_id")!;
    }
}
