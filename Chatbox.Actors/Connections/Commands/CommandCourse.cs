using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Commands;

/// <summary>
/// The way of one command of a client to the session that takes it, or has taken it before. The user's actor says where to ask; a session
/// that does not take the command says why; then the user's actor decides anew. Pure.
/// </summary>
/// <param name="first">The first request to the user's actor, but for the session.</param>
/// <param name="movesOn">If the session that the client looks at has ended for good, the command goes to another one.</param>
internal sealed class CommandCourse(AdmitCommand first, bool movesOn)
{
    private long _asOf;
    private Ending? _why;

    /// <param name="bound">The session that the socket looks at.</param>
    public CourseStep Begin(SessionId bound) => new CourseStep.AskUser(Admission(bound));

    public CourseStep On(CommandAdmitted admitted, SessionId bound)
    {
        _asOf = admitted.Epoch;
        if (admitted.SentTo is not { } session || session == bound)
            return Send(bound, admitted.IsActive ? Permission.At(admitted.Epoch) : Permission.ToRepeat);
        return admitted.Follow ? new CourseStep.Follow(session, null) : Send(session, Permission.ToRepeat);
    }

    /// <summary>A session does not take the command, for a reason other than the command itself.</summary>
    public CourseStep OnEnded(CommandRefused refused, SessionId bound)
    {
        var next = Admission(bound) with { AsOf = _asOf };
        if (refused.SessionId != bound)
            return new CourseStep.AskUser(next with { NotIn = refused.SessionId });
        if (refused.Ending == Ending.Reopenable && !first.KeepsActive)
            return new CourseStep.AskUser(next with { Reopens = true });
        if (!movesOn)
            return new CourseStep.Refuse(Leaves: refused.Ending == Ending.Gone);
        _why = refused.Ending is Ending.Expired or Ending.OnPurpose ? refused.Ending : null;
        return new CourseStep.AskUser(new LeaveSession(first.UserId, bound, first.CommandId) { AsOf = _asOf });
    }

    public CourseStep On(SessionToUse use, SessionId bound) =>
        use.SessionId == bound ? Begin(bound) : new CourseStep.Follow(use.SessionId, _why);

    private static CourseStep.SendCommand Send(SessionId session, Permission permission) => new(session, permission);

    private AdmitCommand Admission(SessionId session) => first with { SessionId = session };
}
