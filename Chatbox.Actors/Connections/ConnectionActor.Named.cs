using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>
/// Frames that name a session. One that names another session of the user is refused: it must not take effect in the session that the
/// socket looks at. A name that says nothing, such as the id of somebody else's session, counts as absent.
/// </summary>
internal sealed partial class ConnectionActor
{
    /// <summary>The frame whose session is being asked for its owner.</summary>
    private ClientFrame? _named;

    /// <summary>Not the session that the socket looks at, and none that it looked at before the client was told of the move.</summary>
    private bool NamesAnother(ClientFrame frame) => frame.SessionId is { } session && session != _sessionId && !_earlier.Contains(session);

    private void AskWhose(ClientFrame frame)
    {
        _named = frame;

        // While the socket moves to another session, the frame follows once it is there.
        if (_pending?.Message is not (LeaveSession or AttachTo))
            AskWhoseNow();
    }

    private void AskWhoseNow()
    {
        var frame = _named!;
        if (frame.SessionId == _sessionId || _earlier.Contains(frame.SessionId!.Value))
            TakeNamed(frame);
        else
            Ask(new GetOwnership(frame.SessionId.Value, _request.UserId), _with.Gate);
    }

    private void HandleNamed(Ownership ownership)
    {
        if (_named is not { } frame || !IsAsked(ownership.SessionId))
            return;
        if (ownership.Owned)
        {
            RefuseNamed(frame, ErrorCode.NotFound, ConnectionTexts.AnotherSession, "session_id");
            return;
        }

        Answered();
        TakeNamed(frame);
    }

    private void TakeNamed(ClientFrame frame)
    {
        _named = null;
        Handle(frame with { SessionId = null });
    }

    private void RefuseNamed(ClientFrame frame, string code, string text, string? field)
    {
        Answered();
        _named = null;
        SendError(code, text, null, field, frame.Id);
        Handled();
    }
}
