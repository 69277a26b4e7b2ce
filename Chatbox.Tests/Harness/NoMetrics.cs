using Chatbox.Actors.Telemetry;

namespace Chatbox.Tests.Harness;

/// <summary>Metrics that record nothing.</summary>
internal class NoMetrics : IChatboxMetrics
{
    public virtual void Transcribed(string outcome, TimeSpan duration) { }

    public virtual void Spoken(string outcome, TimeSpan duration) { }

    public void SocketOpened() { }

    public void SocketClosed(TimeSpan open) { }

    public void SocketsDrained(int count) { }

    public void BreakersOpen(string provider, int change) { }

    public void FrameReceived() { }

    public void FramesSent(int count) { }

    public void ErrorSent(string code) { }

    public void ModelAsked(string provider) { }

    public void ModelFailed(string provider) { }

    public void FirstToken(string provider, TimeSpan latency) { }

    public void TokensUsed(string provider, long tokens) { }

    public void SessionCreated() { }

    public void SessionTakenOver() { }

    public void Rated(string rating) { }

    public void SessionEnded() { }

    public void SessionExpired() { }

    public void SessionsInMemory(int change) { }

    public virtual void Journaled(string operation, TimeSpan duration) { }

    public void HelpDesk(HelpDeskGauges? gauges) { }

    public void HelpTaken(TimeSpan waited) { }

    public void HelpAnswered(TimeSpan waited) { }

    public void AdminEventPublished() { }

    public void LimitHit(string limiter) { }

    public virtual void NotificationAttempted(string channel, string outcome) { }

    public void NotificationsWaiting(string channel, int? count) { }
}
