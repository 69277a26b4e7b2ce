using Akka.Actor;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>Everybody who looks at a session: all see the same items in the same order, each at the pace of its own socket.</summary>
internal sealed class SessionViewers(SessionId id, SessionView view, SessionDependencies with)
{
    /// <summary>Most items that a client which comes back is sent again; behind by more it reads the history. Protocol section 5.</summary>
    public const int MaxReplay = 500;

    private readonly Dictionary<IActorRef, Viewer> _viewers = [];

    public bool IsEmpty => _viewers.Count == 0;

    /// <summary>Lets a connection look on from where its client stands; false if it does so already.</summary>
    /// <param name="head">The session's place in its event log.</param>
    public bool Attach(IActorRef connection, AttachViewer attach, long head)
    {
        connection.Tell(new ViewerAttached(id));

        // Repeated because our reply was slow: what has been sent must not be sent again.
        if (_viewers.TryGetValue(connection, out var known) && known.Attachment == attach.Attachment)
            return false;
        var unanswered = attach.Unanswered is { } command ? view.State.Acknowledged(command) : null;
        // A command that was here before its client: the message it brought, and what has followed, is what the client waits for.
        var last = attach.LastSeq ?? (unanswered is { MessageId: not null } ? unanswered.Seq - 1 : null);
        var behind = last is { } place && (place > head || place < view.State.ReplayableAfter || view.CountAfter(place) > MaxReplay);
        var from = Math.Min(last ?? head, head);
        var viewer = _viewers[connection] = new Viewer(
            connection,
            attach.Attachment,
            from,
            attach.Partial,
            seq => ConnectionStatus(attach.UserId, seq, reload: true),
            with.Metrics,
            attach.Legacy
        );
        if (!behind || !viewer.ReloadHistory(view))
            viewer.Send(view, ConnectionStatus(attach.UserId, from, reload: false), from);
        if (unanswered is not null)
            viewer.Commands.AcknowledgeUnanswered(
                unanswered.CommandId,
                unanswered.Seq,
                unanswered.MessageId,
                unanswered.CommandId.IsOfClient ? Ack(unanswered) : default
            );
        viewer.Resume(view);

        // It may be showing another session's answer, or the beginning of this one: if it does not say so, the answer comes whole.
        if (
            attach is { Legacy: true, LastSeq: null }
            && (attach.Attachment > 1 || attach.Partial is not null || view.Live is { Shown: > 0 })
        )
            viewer.Send(view, view.AnswerLeft(), 0);
        viewer.Pump(view);
        return true;
    }

    public void Detach(IActorRef connection) => _viewers.Remove(connection);

    /// <summary>Sends everybody away.</summary>
    public IReadOnlyList<IActorRef> Dismiss()
    {
        IActorRef[] gone = [.. _viewers.Keys];
        _viewers.Clear();
        foreach (var connection in gone)
            connection.Tell(new ViewerDismissed(id));
        return gone;
    }

    /// <summary>The connection's socket has room again.</summary>
    public void Took(IActorRef connection, int bytes)
    {
        if (!_viewers.TryGetValue(connection, out var viewer))
            return;
        viewer.Took(bytes);
        viewer.Pump(view);
    }

    /// <summary>So many acks wait for this connection's client to read that it must not be given more.</summary>
    public bool MustReadFirst(IActorRef connection) => _viewers.TryGetValue(connection, out var viewer) && viewer.Commands.IsFull;

    /// <summary>A command of this connection is durable; it hears so in order.</summary>
    /// <param name="named">The client gave the id and waits for an <c>ack</c>.</param>
    public void Acknowledge(IActorRef connection, Acknowledgement ack, bool named)
    {
        if (!_viewers.TryGetValue(connection, out var viewer) || viewer.Commands.TakeUnanswered(ack.CommandId))
            return;
        viewer.Commands.Acknowledge(ack.Seq, ack.MessageId, named ? Ack(ack) : default);
        viewer.Pump(view);
    }

    /// <summary>Typing is news of the moment: whoever has no room for it does without.</summary>
    public void ShowTyping(IActorRef typist, bool typing)
    {
        var frame = ConnectionFrames.Typing(id, typing, with.Clock.GetUtcNow());
        foreach (var other in _viewers.Values.Where(v => !v.Connection.Equals(typist) && v.HasRoom))
            other.Send(view, frame, 0);
    }

    /// <summary>The model thinks: whoever waits for the answer and has room is told so.</summary>
    public void ShowThinking(LiveAnswer live)
    {
        var frame = view.Loading(live);
        foreach (var viewer in _viewers.Values.Where(v => v.HasRoom && v.Follows(live)))
            viewer.Send(view, frame, 0);
    }

    public void ModelChanged(ModelDescription model)
    {
        var frame = ConnectionFrames.ModelConfirmed(id, new ConnectionFrames.Model(model.Id, model.Name), with.Clock.GetUtcNow());
        foreach (var viewer in _viewers.Values)
            viewer.ModelChanged(frame);
    }

    /// <summary>Whoever has text of this answer is told that it counts no more.</summary>
    public void Withdraw(LiveAnswer live)
    {
        foreach (var viewer in _viewers.Values)
            viewer.Withdraw(live.MessageId);
    }

    /// <summary>Sends everybody what is new.</summary>
    public void Pump()
    {
        foreach (var viewer in _viewers.Values)
            viewer.Pump(view);
    }

    /// <summary>The <c>ack</c> frame of a command.</summary>
    public ReadOnlyMemory<byte> Ack(Acknowledgement ack) => ConnectionFrames.Ack(id, ack.CommandId, ack.Seq, ack.MessageId, ack.At);

    private ReadOnlyMemory<byte> ConnectionStatus(UserId user, long seq, bool reload) =>
        ConnectionFrames.Status(
            id,
            user,
            with.ModelOptions.Models.Select(m => new ConnectionFrames.Model(m.Id, m.Name)),
            view.State.ModelId ?? with.ModelOptions.Default,
            seq,
            reload,
            with.Clock.GetUtcNow()
        );
}
