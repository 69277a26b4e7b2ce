using Akka.Actor;
using Chatbox.Actors.Connections.Phases;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Messages;
using Chatbox.Messages.Frames;

namespace Chatbox.Actors.Connections;

/// <summary>Checks a socket's token when something is due, and says what the connection has to be told.</summary>
/// <param name="owner">The connection, which handles <see cref="CheckDue"/> by calling <see cref="Check"/>.</param>
internal sealed class TokenWatch(IWithTimers owner, UserId user, TokenLife token, ConnectionDependencies with)
{
    /// <summary>The owner's reminder that the token may be about to expire.</summary>
    public sealed record CheckDue : INoSerializationVerificationNeeded;

    private TokenLife _token = token;

    /// <summary>The socket shows another user's session, so that a new token must make its user an admin as well.</summary>
    public bool NeedsAdmin { get; init; }

    /// <summary>Checks the token, and sets the time of the next check.</summary>
    /// <returns>What the connection has to be told; null if nothing has changed.</returns>
    public ConnectionEvent? Check()
    {
        var isWithdrawn = with.Tokens.IsWithdrawn(user, _token.Mark);
        var check = _token.Check(isWithdrawn, with.Clock.GetUtcNow(), with.Options.TokenLeeway, with.Options.TokenWarning);
        _token = check.Next;
        if (check.CheckAfter is { } pause)
            owner.Timers.StartSingleTimer(nameof(CheckDue), new CheckDue(), pause);
        return check switch
        {
            { Standing: TokenStanding.Withdrawn } => new ConnectionEvent.TokenEnded(
                ErrorCode.InvalidToken,
                ConnectionTexts.TokenWithdrawn,
                "Token withdrawn"
            ),
            { Standing: TokenStanding.Expired } => new ConnectionEvent.TokenEnded(
                ErrorCode.ExpiredToken,
                ConnectionTexts.TokenExpired,
                "Token expired"
            ),
            { Warning: { } left } => new ConnectionEvent.TokenExpires(ConnectionTexts.TokenExpiring(left)),
            _ => null,
        };
    }

    /// <summary>Puts the token that the client has sent in the place of the present one.</summary>
    /// <param name="verified">Null if the token is not valid.</param>
    /// <returns>What the connection has to be told; null if there is nothing to say.</returns>
    public ConnectionEvent? Replace(VerifiedToken? verified, ClientFrame.TokenRefresh refresh)
    {
        if (verified is null || verified.UserId != user)
            return new ConnectionEvent.TokenEnded(ErrorCode.InvalidToken, ConnectionTexts.TokenNotAccepted, "Token not accepted")
            {
                Field = "content",
                Id = refresh.Id,
            };
        if (NeedsAdmin && !verified.IsAdmin)
            return new ConnectionEvent.TokenEnded(ErrorCode.InvalidToken, ConnectionTexts.RoleLost, "Role missing")
            {
                Field = "content",
                Id = refresh.Id,
            };
        _token = new TokenLife(verified.Mark, verified.ExpiresAt);
        owner.Timers.Cancel(nameof(CheckDue));
        return Check();
    }
}
