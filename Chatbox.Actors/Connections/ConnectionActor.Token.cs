using Akka.Actor;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.ConnectionProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>The life of the socket's token: a warning before it ends, a newer one, the close at its end. Protocol section 2.</summary>
internal sealed partial class ConnectionActor
{
    /// <summary>The scheduler does not take years; a token may.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromHours(12);

    private sealed record TokenTimer : INoSerializationVerificationNeeded;

    private sealed record RefreshVerified(VerifiedToken? Token, CommandId? Id) : INoSerializationVerificationNeeded;

    private DateTimeOffset? _tokenExpiresAt;
    private TokenMark? _refreshed;
    private bool _tokenWarned;
    private bool _refreshing;

    private void Refresh(ClientFrame.TokenRefresh refresh)
    {
        _refreshing = true;
        _with.Tokens.Verify(refresh.Token).PipeTo(Self, success: token => new RefreshVerified(token, refresh.Id));
    }

    /// <summary>Before the client is greeted it can do nothing; then its token is looked at anyway.</summary>
    private void Handle(TokensWithdrawn withdrawn)
    {
        if (_greeted && withdrawn.Users.Contains(_request.UserId))
            CheckToken();
    }

    private void CheckToken()
    {
        if (_closing)
            return;
        if (_with.Tokens.IsWithdrawn(_request.UserId, _refreshed ?? _request.Token))
        {
            SendError(ErrorCode.InvalidToken, ConnectionTexts.TokenWithdrawn, null, null, null);
            Close(CloseCode.TokenExpired, "Token withdrawn");
            return;
        }

        if (_tokenExpiresAt is not { } expiresAt)
            return;
        var left = expiresAt - _with.Clock.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            SendError(ErrorCode.ExpiredToken, ConnectionTexts.TokenExpired, null, null, null);
            Close(CloseCode.TokenExpired, "Token expired");
            return;
        }

        // The owner hears of the expiry itself: what the leeway adds is for clocks, not for people.
        var untilExpiry = left - _with.Options.TokenLeeway;
        var untilWarning = untilExpiry - _with.Options.TokenWarning;
        if (untilWarning <= TimeSpan.Zero && !_tokenWarned)
        {
            _tokenWarned = true;
            SendNotification(ConnectionTexts.TokenExpiring(untilExpiry > TimeSpan.Zero ? untilExpiry : left), "token_expiring");
        }

        var next = untilWarning > TimeSpan.Zero ? untilWarning : left;
        Timers.StartSingleTimer(nameof(TokenTimer), new TokenTimer(), next < LongestTimer ? next : LongestTimer);
    }

    private void Handle(RefreshVerified verified)
    {
        if (!_refreshing)
            return;
        _refreshing = false;
        if (verified.Token is { } token && token.UserId == _request.UserId)
        {
            (_tokenExpiresAt, _tokenWarned, _refreshed) = (token.ExpiresAt, false, token.Mark);
            Timers.Cancel(nameof(TokenTimer));
            CheckToken();
        }
        else
        {
            SendError(ErrorCode.InvalidToken, ConnectionTexts.TokenNotAccepted, null, "content", verified.Id);
            Close(CloseCode.TokenExpired, "Token not accepted");
        }

        Handled();
    }
}
