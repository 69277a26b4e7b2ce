using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Commands;

/// <summary>
/// Decides how one command of a client reaches the session that takes it, or that has taken it before. The user's actor names the session
/// to ask; a session that does not take the command says why; then the user's actor decides again. Pure and immutable.
/// </summary>
/// <param name="First">The first request to the user's actor; its session is filled in anew for each request.</param>
/// <param name="MovesOn">The command goes to another session if the session that the client looks at has ended for good.</param>
internal sealed record CommandCourse(AdmitCommand First, bool MovesOn)
{
    /// <summary>The user's epoch at the latest admission: a decision that is older than the user's present epoch is made again.</summary>
    private long AsOf { get; init; }

    /// <summary>How the session ended that the command could not go to, if the client must be told.</summary>
    private Ending? Why { get; init; }

    /// <param name="bound">The session that the socket looks at.</param>
    public CourseStep Begin(SessionId bound) => new CourseStep.AskUser(Admission(bound));

    /// <summary>The user's actor has admitted the command.</summary>
    public (CommandCourse Next, CourseStep Step) On(CommandAdmitted admitted, SessionId bound)
    {
        var next = this with { AsOf = admitted.Epoch };
        if (admitted.SentTo is not { } session || session == bound)
            return (next, Send(bound, admitted.IsActive ? Permission.At(admitted.Epoch) : Permission.ToRepeat));
        return (next, admitted.Follow ? new CourseStep.Follow(session, null) : Send(session, Permission.ToRepeat));
    }

    /// <summary>A session does not take commands (<see cref="Refusal.Ended"/>).</summary>
    public (CommandCourse Next, CourseStep Step) On(CommandRefused refused, SessionId bound)
    {
        var again = Admission(bound) with { AsOf = AsOf };
        if (refused.SessionId != bound)
            return (this, new CourseStep.AskUser(again with { NotIn = refused.SessionId }));
        if (refused.Ending == Ending.Reopenable && !First.NeverActivates)
            return (this, new CourseStep.AskUser(again with { Reopens = true }));
        if (!MovesOn)
            return (this, new CourseStep.Refuse(Leaves: refused.Ending == Ending.Gone));
        return (
            this with
            {
                Why = refused.Ending is Ending.Expired or Ending.OnPurpose ? refused.Ending : null,
            },
            new CourseStep.AskUser(new LeaveSession(First.UserId, bound, First.CommandId) { AsOf = AsOf })
        );
    }

    /// <summary>The user's actor has named the session that replaces the bound one.</summary>
    public CourseStep On(SessionToUse use, SessionId bound) =>
        use.SessionId == bound ? Begin(bound) : new CourseStep.Follow(use.SessionId, Why);

    private static CourseStep.SendCommand Send(SessionId session, Permission permission) => new(session, permission);

    private AdmitCommand Admission(SessionId session) => First with { SessionId = session };
}
