using Chatbox.Client.Frames;

namespace Chatbox.Client.Connections;

/// <summary>One connection to the server after the other, until the server refuses the token. Calls return at once, on any thread.</summary>
internal sealed class Connection(LineOpener opener, TokenSupply tokens, IConnectionListener listener, Backoff backoff, TimeProvider clock)
{
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan PongWithin = TimeSpan.FromSeconds(10);
    private static readonly string Ping = new CommandFrame("ping").ToText();

    private readonly Lock _gate = new();
    private readonly TokenRenewal _renewal = new(tokens, listener, clock);
    private CancellationTokenSource? _run;
    private CancellationTokenSource? _attempt;
    private ILine? _line;
    private ITimer? _move;
    private Task _running = Task.CompletedTask;
    private int _refusals;
    private RefusalReason _reason;

    /// <summary>Why the server is about to end the connection for good: the text of its last error that was not recoverable.</summary>
    private string? _farewell;

    /// <summary>The token in use; null before the first one, and after the stop.</summary>
    public string? Token => tokens.Current;

    /// <summary>Whether frames of this connection still count.</summary>
    public bool IsCurrent(ILine line)
    {
        lock (_gate)
            return _line == line;
    }

    /// <summary>Connects with a token that the provider is asked for. Nothing of an earlier token's connection goes on.</summary>
    public void Start()
    {
        Drop();
        tokens.Clear();
        opener.Reset();
        lock (_gate)
        {
            backoff.Reset();
            _refusals = 0;
            _run = new CancellationTokenSource();
            _running = Run(_running, _run.Token);
        }
    }

    /// <summary>Ends the connection, and stays without one until <see cref="Start"/>.</summary>
    public void Stop()
    {
        Drop();
        tokens.Clear();
    }

    /// <summary>Everything has ended, after <see cref="Stop"/>.</summary>
    public Task Stopped()
    {
        lock (_gate)
            return _running;
    }

    /// <summary>Puts a frame on its way. False if no connection is open; the frame is not kept.</summary>
    public bool Send(CommandFrame frame)
    {
        ILine? line;
        lock (_gate)
            line = _line;
        return line?.TrySend(frame.ToText()) == true;
    }

    /// <summary>Drops the connection and opens a new one at the resume point.</summary>
    public void Reopen()
    {
        lock (_gate)
        {
            backoff.Hint(null);
            _move?.Dispose();
            _line = null;
            _ = _attempt?.CancelAsync();
        }
    }

    /// <summary>Opens another connection after this time, because the present node shuts down.</summary>
    public void ReopenAfter(TimeSpan delay)
    {
        lock (_gate)
        {
            backoff.Hint(clock.GetUtcNow() + delay);
            _move?.Dispose();
            _move = clock.CreateTimer(_ => Reopen(), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    private void Drop()
    {
        lock (_gate)
        {
            backoff.Hint(null);
            _move?.Dispose();
            _line = null;
            _ = _run?.CancelAsync();
            _run = null;
        }
    }

    private async Task Run(Task before, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!cancellationToken.IsCancellationRequested)
        {
            using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            lock (_gate)
                _attempt = attempt;
            try
            {
                if (await Attempt(attempt.Token).ConfigureAwait(false) is not { } wait)
                    return;
                if (wait <= TimeSpan.Zero)
                    continue;
                Report(ClientState.Waiting, wait, attempt.Token);
                await Task.Delay(wait, clock, attempt.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (attempt.IsCancellationRequested)
            {
                // Another connection is wanted, or none.
            }
            finally
            {
                lock (_gate)
                    _attempt = null;
            }
        }
    }

    /// <summary>Connects and serves the connection. Returns the time until the next attempt, or null if the token was refused.</summary>
    private async Task<TimeSpan?> Attempt(CancellationToken cancellationToken)
    {
        Report(ClientState.Connecting, TimeSpan.Zero, cancellationToken);
        string? token;
        try
        {
            token = await tokens.Get(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested) // the provider is the caller's: any failure of it is told
        {
            listener.WhenTokenFailed(e);
            return Next();
        }

        if (token is null || !ClientToken.IsWellFormed(token))
        {
            listener.WhenRefused(
                token is not null ? RefusalReason.Malformed
                    : _refusals > 0 ? _reason
                    : RefusalReason.Missing,
                _farewell
            );
            return null;
        }

        _farewell = null;
        var opened = await opener.Open(listener.ResumePoint(token), token, cancellationToken).ConfigureAwait(false);
        if (opened.Refusal is { } text)
            return Refused(token, text);
        if (opened.Line is not { } line)
            return opened.AtOnce ? TimeSpan.Zero : Next(opened.RetryAfter);
        var end = await Serve(line, cancellationToken).ConfigureAwait(false);
        return end.Code == LineEnd.TokenClosed ? Refused(tokens.Current ?? token, end.Reason) : Next();
    }

    private async Task<LineEnd> Serve(ILine line, CancellationToken cancellationToken)
    {
        await using var closing = line.ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _line = line;
        }

        Report(ClientState.Connected, TimeSpan.Zero, cancellationToken);
        var renewing = _renewal.Serve(line, Reopen, over.Token);
        try
        {
            while (await Next(line, cancellationToken).ConfigureAwait(false) is { } text)
                if (ClientJson.Read(text) is { } frame)
                    Take(line, frame);
            return line.End;
        }
        finally
        {
            lock (_gate)
                _line = _line == line ? null : _line;
            await over.CancelAsync().ConfigureAwait(false);
            await renewing.ConfigureAwait(false);
        }
    }

    /// <summary>The next frame; null if the connection has ended, or is silent for too long. A network that dies closes nothing.</summary>
    private async Task<string?> Next(ILine line, CancellationToken cancellationToken)
    {
        var receiving = line.Receive(cancellationToken);
        try
        {
            return await receiving.WaitAsync(PingAfter, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            line.TrySend(Ping);
        }

        try
        {
            return await receiving.WaitAsync(PongWithin, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private void Take(ILine line, ChatFrame frame)
    {
        if (frame.Type == FrameType.ConnectionStatus)
        {
            _refusals = 0;
            lock (_gate)
                backoff.Reset();
        }

        if (frame.Error is { Recoverable: false } error)
            _farewell = error.Message;
        if (frame.Type == FrameType.Notification && frame.MetadataValue("reason") == "token_expiring")
            _renewal.ServerSaysSo();
        if (frame.Type != FrameType.Pong)
            listener.Receive(line, frame);
    }

    /// <summary>Asks for another token at once; after a second refusal in a row, after a pause.</summary>
    private TimeSpan Refused(string token, string text)
    {
        tokens.Refuse(token);
        _reason =
            text.Contains("withdrawn", StringComparison.OrdinalIgnoreCase) ? RefusalReason.Withdrawn
            : text.Contains("expired", StringComparison.OrdinalIgnoreCase) ? RefusalReason.Expired
            : RefusalReason.Refused;
        return _refusals++ == 0 ? TimeSpan.Zero : Next();
    }

    private TimeSpan Next(TimeSpan atLeast = default)
    {
        lock (_gate)
        {
            _move?.Dispose();
            return backoff.Next(clock.GetUtcNow(), atLeast);
        }
    }

    private void Report(ClientState state, TimeSpan wait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        listener.WhenState(state, wait);
    }
}
