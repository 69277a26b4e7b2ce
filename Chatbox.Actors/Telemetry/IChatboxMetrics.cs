namespace Chatbox.Actors.Telemetry;

/// <summary>Counts the events that the actors report. Protocol section 8 names the exported series.</summary>
public interface IChatboxMetrics
{
    /// <summary>A socket was accepted.</summary>
    void SocketOpened();

    /// <summary>A socket was closed, this long after it was accepted.</summary>
    void SocketClosed(TimeSpan open);

    /// <summary>Sockets were asked to connect to another node, because this one stops.</summary>
    void SocketsDrained(int count);

    /// <summary>A frame arrived from a client.</summary>
    void FrameReceived();

    /// <summary>Frames were sent to a client.</summary>
    void FramesSent(int count);

    /// <summary>An <c>error</c> frame with this code was sent.</summary>
    void ErrorSent(string code);

    /// <summary>A request was sent to a provider; each try counts.</summary>
    void ModelAsked(string provider);

    /// <summary>A request to a provider failed; each try counts.</summary>
    void ModelFailed(string provider);

    /// <summary>Circuit breakers of this provider's models opened, or, if the number is negative, closed.</summary>
    void BreakersOpen(string provider, int change);

    /// <summary>The first text of an answer arrived, this long after the request.</summary>
    void FirstToken(string provider, TimeSpan latency);

    /// <summary>An answer cost this many tokens, prompt and completion together.</summary>
    void TokensUsed(string provider, long tokens);

    /// <summary>A transcription ended after this time; <paramref name="outcome"/> is <c>done</c> or the reason of a failure.</summary>
    void Transcribed(string outcome, TimeSpan duration);

    /// <summary>
    /// The speech of an answer ended this long after the answer's text; <paramref name="outcome"/> is <c>done</c> or the reason of a failure.
    /// </summary>
    void Spoken(string outcome, TimeSpan duration);

    /// <summary>A session's first message is in the journal.</summary>
    void SessionCreated();

    /// <summary>A session ended.</summary>
    void SessionEnded();

    /// <summary>An admin has taken a session over.</summary>
    void SessionTakenOver();

    /// <summary>A person has rated a message or a session; <paramref name="rating"/> is <c>up</c> or <c>down</c>.</summary>
    void Rated(string rating);

    /// <summary>A session was erased because nobody had used it for the retention time.</summary>
    void SessionExpired();

    /// <summary>Sessions were loaded into this node's memory, or, if the number is negative, left it.</summary>
    void SessionsInMemory(int change);

    /// <summary>The journal took this long for one write of a session or a user.</summary>
    void Journaled(string operation, TimeSpan duration);

    /// <summary>How the help desk stands, on the node where it lives; null when it leaves the node.</summary>
    void HelpDesk(HelpDeskGauges? gauges);

    /// <summary>An admin took over a session that had waited this long in the queue.</summary>
    void HelpTaken(TimeSpan waited);

    /// <summary>An admin wrote the first message this long after the request for help.</summary>
    void HelpAnswered(TimeSpan waited);

    /// <summary>An event for the admins' feed was published.</summary>
    void AdminEventPublished();

    /// <summary>
    /// A limit refused something; <paramref name="limiter"/> is <c>message</c>, <c>connection</c>, <c>public</c> or <c>admin</c>.
    /// </summary>
    void LimitHit(string limiter);

    /// <summary>
    /// An attempt to tell a recipient ended; <paramref name="outcome"/> is <c>sent</c>, <c>failed</c> (it is tried again), <c>abandoned</c> or
    /// <c>over_limit</c>.
    /// </summary>
    void NotificationAttempted(string channel, string outcome);

    /// <summary>This many recipients of a channel still have to be told; null where the outbox does not live.</summary>
    void NotificationsWaiting(string channel, int? count);
}

/// <summary>How the help desk stands.</summary>
/// <param name="Waiting">Sessions in the queue.</param>
/// <param name="LongestWait">Time since the earliest request in the queue; zero for an empty queue.</param>
/// <param name="Held">Sessions that admins hold.</param>
public readonly record struct HelpDeskGauges(int Waiting, TimeSpan LongestWait, int Held);
