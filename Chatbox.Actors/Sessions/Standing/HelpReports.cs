using Akka.Actor;
using Chatbox.Actors.Requests;
using Chatbox.Actors.Sessions.State;
using static Chatbox.Messages.HelpDesk.HelpDeskProtocol;

namespace Chatbox.Actors.Sessions.Standing;

/// <summary>
/// Reports to the help desk how the session stands, and repeats the newest report until the desk has confirmed it. Each incarnation of the
/// session reports once more: an earlier one may have died before it could.
/// </summary>
/// <param name="desk">The help desk; null on a node without one.</param>
/// <param name="actor">The session's actor; receives <see cref="RepeatedRequest.Due"/>.</param>
internal sealed class HelpReports(LoadedSession session, IActorRef? desk, IWithTimers actor, TimeProvider clock)
{
    /// <summary>Wait for the desk before a report is sent again.</summary>
    public static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(2);

    private readonly RepeatedRequest _request = new(actor, RepeatAfter, clock);
    private long _sent;

    /// <summary>Whether the desk knows how the session stands.</summary>
    public bool IsComplete => _request.Message is null;

    /// <summary>Reports the session's standing, if it is news.</summary>
    public void Send()
    {
        var assistance = session.State.Assistance;
        if (session.State.Owner is { } owner && assistance.ChangedAt > _sent)
            Report(new ReportHelp(session.Id, assistance.ChangedAt, owner, assistance.Standing()));
    }

    /// <summary>Reports that nothing is left of the session.</summary>
    /// <param name="seq">The session's last place in its journal.</param>
    public void Close(long seq) =>
        Report(new ReportHelp(session.Id, seq, ReportHelp.ErasedOwner, new(null, null, null, null, null, null, null, null)));

    /// <summary>The desk has not confirmed the report in time.</summary>
    /// <returns>False if the reminder belongs to another request.</returns>
    public bool Repeat(RepeatedRequest.Due due) => ReferenceEquals(due.Request, _request) && _request.Repeat();

    public void Acknowledge(HelpReported reported)
    {
        if (reported.Seq >= _sent)
            _request.Answered();
    }

    private void Report(ReportHelp report)
    {
        if (desk is null)
            return;
        _sent = report.Seq;
        _request.Start(report, desk);
    }
}
