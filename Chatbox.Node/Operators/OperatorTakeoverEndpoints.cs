using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Connections.Watching;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using Chatbox.Node.Endpoints;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Sessions;
using Chatbox.Node.Endpoints.Takeovers;
using Chatbox.Node.Identity;

namespace Chatbox.Node.Operators;

/// <summary>Takes sessions over, releases and watches them for operators. The audit trail records each access.</summary>
internal sealed class OperatorTakeoverEndpoints(
    SessionAccess access,
    SessionTakeover takeover,
    ActorSystem system,
    IRequiredActor<SessionActor> sessions,
    ConnectionOptions options
)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/sessions/{id}/takeover", TakeOver);
        app.MapPost("/sessions/{id}/release", (HttpContext http, string id) => takeover.Release(http, id));
        app.MapGet("/sessions/{id}/watch", Watch);
    }

    /// <param name="admin">User id of the admin who is to hold the session; without it, the operator holds it.</param>
    /// <param name="name">The name that the user is shown.</param>
    private async Task<IResult> TakeOver(HttpContext http, string id, string? admin, string? name)
    {
        if (admin is not null && !UserDisconnection.IsPlain(admin))
            return QueryValues.Refuse(nameof(admin), UserDisconnection.Expected);
        if (name is not null && !UserDisconnection.IsPlain(name))
            return QueryValues.Refuse(nameof(name), UserDisconnection.Expected);
        var caller = http.Caller();
        var holder = new TokenIdentity(
            admin is null ? caller.UserId : new UserId(admin),
            name ?? admin ?? caller.Name,
            caller.Roles,
            ExpiresAt: null
        );
        return await takeover.TakeOver(http, holder, id);
    }

    private async Task Watch(HttpContext http, string id)
    {
        if (await access.Find(http, id, AuditKind.SessionWatch) is not { } found)
        {
            await SessionEndpoints.NoSession.ExecuteAsync(http);
            return;
        }

        var watcherId = http.Caller().UserId;
        // Bounded by the session, which waits until the frames before have been taken.
        var frames = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
        var props = Props
            .Create(() => new SessionWatcherActor(found.SessionId, watcherId, sessions.ActorRef, frames.Writer, options.AskTimeout))
            .WithDeploy(Deploy.Local);
        var watcher = system.ActorOf(props);
        try
        {
            await OperatorAnswers.Stream(http, Read(frames.Reader, watcher, http.RequestAborted), line => line + "\n");
        }
        finally
        {
            system.Stop(watcher);
        }
    }

    private static async IAsyncEnumerable<string> Read(
        ChannelReader<ReadOnlyMemory<byte>> frames,
        IActorRef watcher,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var frame in frames.ReadAllAsync(cancellationToken))
        {
            yield return Encoding.UTF8.GetString(frame.Span);
            watcher.Tell(new SessionWatcherActor.Taken(frame.Length));
        }
    }
}
