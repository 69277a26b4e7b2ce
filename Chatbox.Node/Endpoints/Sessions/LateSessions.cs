using Akka.Hosting;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>Asks a session itself about its owner, for a session that the index may not have yet.</summary>
internal sealed class LateSessions(IRequiredActor<SessionActor> sessions, ConnectionOptions options, TimeProvider clock)
{
    /// <summary>Whether the session belongs to another user; also true if the session does not reply in time.</summary>
    public async Task<bool> MayBeForeign(SessionId session, UserId user, CancellationToken cancellationToken) =>
        await sessions.ActorRef.AskUntilAnswered(new GetOwnership(session, user), options, clock, cancellationToken)
            is not Ownership { IsForeign: false };
}
