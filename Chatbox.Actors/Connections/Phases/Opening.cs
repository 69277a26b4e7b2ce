using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Messages;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>The connection asks for a slot and a session. There is no socket yet.</summary>
/// <param name="Request">The request without a reply.</param>
internal sealed record Opening(OpeningCourse Course, object Request) : ConnectionPhase
{
    /// <summary>The client has named a session that is not its own.</summary>
    private bool NamedForeign { get; init; }

    public override bool IsGreeted => false;

    public override ConnectionState On(object message, ConnectionState at) =>
        message switch
        {
            SocketAllowed allowed when Request is OpenSocket => Carry(Course.On(allowed), at),
            Ownership owner when Request is GetOwnership or ReopenSession && owner.SessionId == Asked => Note(owner)
                .Carry(Course.On(owner), at),
            SessionToUse use when Request is ActivateSession or LeaveSession && use.InsteadOf == Asked => Carry(
                (Course, Course.On(use)),
                at
            ),
            SocketRefused refused => at.Do(new ConnectionEffect.GiveUp(new ConnectionRefused(refused.Limit))),
            ConnectionEvent.RequestTimedOut or DrainConnections => at.Do(new ConnectionEffect.GiveUp(new ConnectionUnavailable())),
            _ => at,
        };

    /// <summary>The session that the request is about.</summary>
    private SessionId? Asked =>
        Request switch
        {
            IWithSessionId session => session.SessionId,
            ActivateSession activate => activate.SessionId,
            LeaveSession leave => leave.SessionId,
            _ => null,
        };

    private Opening Note(Ownership ownership) =>
        ownership.SessionId == Course.Named && !ownership.Owned ? this with { NamedForeign = true } : this;

    private ConnectionState Carry((OpeningCourse Course, CourseStep Step) next, ConnectionState at) =>
        next.Step switch
        {
            CourseStep.AskUser ask => Ask(new ConnectionEffect.AskUser(ask.Message), next.Course, at),
            CourseStep.AskGate ask => Ask(new ConnectionEffect.AskGate(ask.Message), next.Course, at),
            CourseStep.AskSession ask => Ask(new ConnectionEffect.AskSession(ask.Message), next.Course, at),
            CourseStep.Follow follow => (at.StopAsking() with { Binding = new SessionBinding(follow.Session) })
                .Enter(new Upgrading())
                .Do(new ConnectionEffect.Admit(follow.Session, NamedForeign)),
            var step => throw new InvalidOperationException($"A socket that opens cannot carry out {step.GetType().Name}."),
        };

    private ConnectionState Ask(ConnectionEffect.Ask ask, OpeningCourse course, ConnectionState at) =>
        at.Enter(this with { Course = course, Request = ask.Message }).Ask(ask);
}
