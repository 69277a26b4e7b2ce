namespace Chatbox.Client.Connections;

/// <summary>
/// Whose conversation a client holds. Several people can use one client, one after the other. Only the server knows whose a token is: it says so in
/// <c>user_id</c> of <c>connection_status</c>. Until then, nothing of the person before is sent with a new token or shown next to it. Pure.
/// </summary>
internal sealed class ConversationOwner
{
    /// <summary>The token of which the server last said that it is the owner's.</summary>
    private string? _provenToken;

    /// <summary>The user that the server has named; null until then.</summary>
    public string? User { get; private set; }

    /// <summary>Whether a connection with this token may be opened at the owner's resume point.</summary>
    public bool MayResume(string? token) => User is null || _provenToken == token;

    /// <summary>Takes note of whom the server has bound a connection to.</summary>
    public OwnerCheck Admit(NamedOwner named)
    {
        var known = User is not null;
        var proven = _provenToken == named.Token;
        var another = known && (named.User is null ? named.IsFirst && !proven : named.User != User);
        if (another)
            Forget();
        User = named.User ?? User;
        if (named.IsFirst)
            _provenToken = named.Token;

        // A proven token resumed the session of the person before; the same holds for a connection whose owner changes.
        if (another)
            return new OwnerCheck(IsAnother: true, MustReconnect: proven || !named.IsFirst, MustRewind: false);
        var returns = known && named.IsFirst && !proven && named.ShownSession is not null;
        var same = named.ShownSession == named.Session;
        return new OwnerCheck(IsAnother: false, MustReconnect: returns && !same, MustRewind: returns && same);
    }

    /// <summary>The open connection has taken a newer token of the same user.</summary>
    public void Renew(string token) => _provenToken = token;

    /// <summary>Whether a token claims to be somebody else's. That is reason enough to hide the conversation before the server answers.</summary>
    public bool IsDeniedBy(string token) =>
        ClientToken.ClaimedUser(token) is { } user && ClientToken.ClaimedUser(_provenToken) is { } owner && user != owner;

    /// <summary>Forgets the owner and their token.</summary>
    public void Forget() => User = _provenToken = null;
}

/// <summary>Whom the server has bound a connection to.</summary>
/// <param name="User">The user that the server names, or null.</param>
/// <param name="Token">The token that the connection was opened with.</param>
/// <param name="IsFirst">Whether this is the first binding of its connection.</param>
/// <param name="Session">The session that the connection is bound to.</param>
/// <param name="ShownSession">The session that the conversation is of, or null.</param>
internal readonly record struct NamedOwner(string? User, string? Token, bool IsFirst, string Session, string? ShownSession);

/// <summary>What the client does about a binding.</summary>
/// <param name="IsAnother">Somebody else has come: everything of the person before has to go.</param>
/// <param name="MustReconnect">
/// The connection was opened with what belongs to somebody else, or without the place to resume at: a new one is needed.
/// </param>
/// <param name="MustRewind">The connection sends a running answer from its beginning.</param>
internal readonly record struct OwnerCheck(bool IsAnother, bool MustReconnect, bool MustRewind);
