using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Description;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Node.Endpoints.Canned;

/// <summary>The texts that admins send often. Protocol section 6, "Administration".</summary>
internal static partial class CannedReplyEndpoints
{
    public static IServiceCollection AddChatboxCannedReplies(this IServiceCollection services, CannedReplies replies) =>
        services
            .AddSingleton(provider =>
            {
                var log = provider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(CannedReplies).FullName!);
                replies.Unusable = reason => LogUnusable(log, reason);
                return replies;
            })
            .ConfigureHttpJsonOptions(http => http.SerializerOptions.TypeInfoResolverChain.Insert(0, CannedReplyJson.Default));

    public static void MapChatboxCannedReplies(this IEndpointRouteBuilder app, string prefix) =>
        app.MapGet(
                $"{prefix}/admin/canned-replies",
                (CannedReplies replies) =>
                    SessionReads.Json(new CannedRepliesBody(replies.Current), CannedReplyJson.Default.CannedRepliesBody)
            )
            .ForAdmins()
            .Describe("ListCannedReplies", "Lists the texts that admins send often, from CANNED_REPLIES_FILE.")
            .Answers<CannedRepliesBody>()
            .Refuses(401, 403, 429);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The file of CANNED_REPLIES_FILE has changed and is invalid; the earlier replies stay"
    )]
    private static partial void LogUnusable(ILogger logger, Exception reason);
}
