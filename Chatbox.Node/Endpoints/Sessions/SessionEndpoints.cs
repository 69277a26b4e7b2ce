using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Description;
using Microsoft.AspNetCore.Mvc;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>The routes of sessions. Protocol sections 1 and 6.</summary>
internal static class SessionEndpoints
{
    private static readonly int[] OfUsers = [401, 429, 503];
    private static readonly int[] OfOneSession = [401, 404, 429, 503];

    /// <summary>The same refusal for unknown ids, erased sessions and sessions of other users.</summary>
    public static ErrorResponse NoSession => ErrorResponse.NotFound("There is no such session.");

    /// <summary>Adds the services of the routes. Needs the index and the session region.</summary>
    public static IServiceCollection AddChatboxSessions(this IServiceCollection services) =>
        services
            .AddSingleton<ISessionCommands, SessionRegionCommands>()
            .AddSingleton<ICommandLimit, UserRegionLimit>()
            .AddSingleton<ICallLeases, UserRegionLeases>()
            .AddSingleton<IIndexCatchUp, ClusterIndexCatchUp>()
            .AddSingleton<SessionAccess>()
            .AddSingleton<LateSessions>()
            .AddSingleton<SessionReads>()
            .AddSingleton<SessionChanges>()
            .ConfigureHttpJsonOptions(http => http.SerializerOptions.TypeInfoResolverChain.Insert(0, SessionJson.Default));

    public static void MapChatboxSessions(this IEndpointRouteBuilder app, string prefix)
    {
        var list = $"{prefix}/sessions";
        var one = $"{list}/{{id}}";

        app.MapGet(
                list,
                (HttpContext http, SessionReads reads, string? limit, string? cursor, string? q) => reads.List(http, limit, cursor, q)
            )
            .ForUsers()
            .Describe(
                "ListSessions",
                "Lists the caller's sessions, latest activity first. q searches their names and the caller's messages."
            )
            .Answers<SessionListBody>()
            .Refuses([400, .. OfUsers]);
        app.MapGet(
                one,
                (HttpContext http, SessionReads reads, string id, [FromQuery(Name = "before_seq")] string? beforeSeq, string? limit) =>
                    reads.Read(http, id, beforeSeq, limit)
            )
            .ForUsers()
            .Describe("ReadSession", "Returns the newest messages of a session, or the messages before before_seq, oldest first.")
            .Answers<HistoryBody>()
            .Refuses([400, .. OfOneSession]);
        app.MapPatch(one, (HttpContext http, SessionChanges changes, string id) => changes.Rename(http, id))
            .ForUsers()
            .Describe("RenameSession", "Gives a session the name that its owner wants.")
            .TakesOptional<RenameRequest>()
            .Answers<NameBody>()
            .Refuses([400, 413, 415, .. OfOneSession]);
        app.MapDelete(one, (HttpContext http, SessionChanges changes, string id) => changes.Erase(http, id))
            .ForUsers()
            .Describe("EraseSession", "Erases a session and its content permanently.")
            .AnswersNothing()
            .Refuses(OfOneSession);
        app.MapPost($"{one}/end", (HttpContext http, SessionChanges changes, string id) => changes.End(http, id))
            .ForUsers()
            .Describe("EndSession", "Ends a session. Has no effect on an ended session.")
            .Answers<StatusBody>()
            .Refuses(OfOneSession);
        app.MapPost($"{one}/share", (HttpContext http, SessionChanges changes, string id) => changes.Share(http, id))
            .ForUsers()
            .Describe(
                "ShareSession",
                "Returns a token with which anybody can read the session, the same token until it is revoked or expires. The optional body sets the expiry."
            )
            .TakesOptional<ShareRequest>()
            .Answers<ShareBody>()
            .Refuses([400, 413, 415, .. OfOneSession]);
        app.MapDelete($"{one}/share", (HttpContext http, SessionChanges changes, string id) => changes.Unshare(http, id))
            .ForUsers()
            .Describe("RevokeShare", "Revokes the share token.")
            .AnswersNothing()
            .Refuses(OfOneSession);
        app.MapGet($"{one}/export", (HttpContext http, SessionReads reads, string id) => reads.Export(http, id))
            .ForUsers()
            .Describe("ExportSession", "Returns the whole conversation as one document, including superseded answers.")
            .Answers<ExportBody>()
            .Refuses(OfOneSession);
        app.MapGet(
                $"{prefix}/shared/{{token}}",
                (HttpContext http, SessionReads reads, string token, [FromQuery(Name = "before_seq")] string? beforeSeq, string? limit) =>
                    reads.Shared(http, token, beforeSeq, limit)
            )
            .ForAnybody()
            .Describe("ReadShared", "Returns a shared conversation.")
            .Answers<SharedBody>()
            .Refuses(400, 404, 429, 503);
    }
}
