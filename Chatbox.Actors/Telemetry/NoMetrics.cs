namespace Chatbox.Actors.Telemetry;

/// <summary>Metrics that record nothing.</summary>
public class NoMetrics : IChatboxMetrics
{
    public virtual void Transcribed(string outcome, TimeSpan duration) { }

    public virtual void Spoken(string outcome, TimeSpan duration) { }

    public virtual void SocketOpened() { }

    public virtual void SocketClosed(TimeSpan open) { }

    public virtual void SocketsDrained(int count) { }

    public virtual void BreakersOpen(string provider, int change) { }

    public virtual void FrameReceived() { }

    public virtual void FramesSent(int count) { }

    public virtual void ErrorSent(string code) { }

    public virtual void ModelAsked(string provider) { }

    public virtual void ModelFailed(string provider) { }

    public virtual void FirstToken(string provider, TimeSpan latency) { }

    public virtual void TokensUsed(string provider, long tokens) { }

    public virtual void SessionCreated() { }

    public virtual void SessionTakenOver() { }

    public virtual void Rated(string rating) { }

    public virtual void SessionEnded() { }

    public virtual void SessionExpired() { }

    public virtual void SessionsInMemory(int change) { }

    public virtual void Journaled(string operation, TimeSpan duration) { }

    public virtual void HelpDesk(HelpDeskGauges? gauges) { }

    public virtual void HelpTaken(TimeSpan waited) { }

    public virtual void HelpAnswered(TimeSpan waited) { }

    public virtual void AdminEventPublished() { }

    public virtual void LimitHit(string limiter) { }

    public virtual void NotificationAttempted(string channel, string outcome) { }

    public virtual void NotificationsWaiting(string channel, int? count) { }
}
