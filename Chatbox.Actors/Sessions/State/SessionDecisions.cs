using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>What a session does about a command, given its state: refuses it, or journals these events. Pure.</summary>
internal static class SessionDecisions
{
    /// <summary>Questions that may wait behind the one that is being answered. Protocol section 5.</summary>
    public const int MaxWaiting = 3;

    /// <summary>Whether the command stops the answer that is running.</summary>
    public static bool IsMeant(this SessionState state, StopAnswer stop) =>
        state.Running is { } running && (stop.MessageId is not { } meant || meant == running.MessageId || meant == running.QuestionId);

    /// <summary>The message that an answer is for.</summary>
    public static UserItem QuestionOf(this SessionState state, RunningAnswer answer) =>
        state.Items.OfType<UserItem>().Single(q => q.MessageId == answer.QuestionId);

    /// <summary>Whether this is a message of a model or an admin that is still in memory.</summary>
    public static bool CanRate(this SessionState state, MessageId message) =>
        state.Items.Exists(i => i.MessageId == message && Conversation.IsRatable(i));

    /// <summary>Why the command must be refused; null to accept it.</summary>
    public static Refusal? Refuse(this SessionState state, IIdentifiedCommand command) =>
        command switch
        {
            EndSession or EraseSession or EraseUnused or RenameSession when state.Owner is null => Refusal.NotFound,
            EraseSession { ByAdmin: true } => null,
            RateConversation when state.Owner is null => Refusal.NotFound,
            _ when !state.IsOpenTo(command.UserId) => Refusal.NotFound,
            ILimitedCommand { Admission.RetryAfter: not null } => Refusal.TooManyMessages,
            IClientCommand { Permission: var permission }
                when state.HasEnded && permission == default && command is not (StopAnswer or RateConversation) => Refusal.Ended,
            EraseUnused { Since: var since } when !state.HasEnded || state.Life!.LastActivity >= since => Refusal.StillUsed,
            SubmitMessage when state.Waiting.Count() >= MaxWaiting => Refusal.QueueFull,
            SubmitMessage { Files.Form: MessageForm.VoiceMessage }
            or TranscribeMessage when state.Transcribing.Count >= VoiceDecisions.MaxTranscribing => Refusal.QueueFull,
            TranscribeMessage { MessageId: var voice } when state.VoiceMessage(voice) is null => Refusal.NoRecording,
            RegenerateAnswer or SelectModel when state.Assistance.Holder is not null => Refusal.PersonAnswers,
            RegenerateAnswer when state.Running is not null => Refusal.AnswerRunning,
            RegenerateAnswer when !state.CanRegenerate => Refusal.NothingToRegenerate,
            RateConversation { MessageId: { } rated } when !state.CanRate(rated) => Refusal.UnknownMessage,
            _ => null,
        };

    /// <summary>Why the session refuses a new command because of its life; null to accept it.</summary>
    /// <param name="within">How long after its end a session can be reopened.</param>
    public static Ending? EndingFor(this SessionState state, IClientCommand command, DateTimeOffset now, TimeSpan within)
    {
        var permission = command.Permission;

        // A stop concerns the answer that runs here, whichever session is the active one. In an ended session nothing runs.
        if (command is StopAnswer)
            return state.Life is { EndedAt: not null, EndedOnPurpose: true } ? Ending.OnPurpose : null;
        if (command is RateConversation)
            return null;
        if (permission == default)
            return state.HasEnded ? EndingAt(state, now, within) : null;
        var isPermitted = permission.Epoch >= state.Epoch;
        if (state.Owner is null)
            return isPermitted ? null : Ending.Gone;
        var ending = state.HasEnded ? EndingAt(state, now, within) : Ending.Reopenable;
        return isPermitted && ending == Ending.Reopenable ? null : ending;
    }

    /// <summary>
    /// The events to journal in front of an accepted command's own event: the session is opened, is reopened, or notes the user's epoch.
    /// </summary>
    public static ImmutableList<ISessionEvent> Enter(
        this SessionState state,
        UserId user,
        Permission permission,
        ModelId model,
        DateTimeOffset now
    )
    {
        var epoch = permission.Epoch ?? 0;
        if (state.Owner is null)
            return [new SessionOpened(state.Id, user, model, now) { Epoch = epoch }];
        if (state.HasEnded)
            return [new SessionReopened(state.Id, now) { Epoch = epoch }];
        return epoch > state.Epoch ? [new EpochNoted(state.Id, epoch, now)] : [];
    }

    /// <summary>
    /// The events that end the session, in order. Every question that is being answered or waits gets its one answer, which ends with
    /// <see cref="FinishReason.Stopped"/>. A takeover ends too.
    /// </summary>
    /// <param name="command">The command that ends the session; null if it was idle or is retired.</param>
    /// <param name="rest">The running answer's text that was not handed to the journal, and its offset; null if there is none.</param>
    /// <param name="usage">The running answer's cost so far.</param>
    /// <param name="epoch">The user's epoch at which another session takes this one's place; 0 if none does.</param>
    public static ImmutableList<ISessionEvent> End(
        this SessionState state,
        CommandId? command,
        (int Offset, string Text)? rest,
        TokenUsage usage,
        DateTimeOffset now,
        long epoch = 0
    ) =>
        [
            .. state.Answers.EndAll(state.Id, FinishReason.Stopped, rest, usage, now),
            .. state.EndTranscriptions(now),
            .. state.EndSpeeches(now),
            .. state.Assistance.Holder is null ? ImmutableList<ISessionEvent>.Empty : [state.Release(ReleaseReason.Ended, now)],
            new SessionEnded(state.Id, command, now) { Epoch = epoch },
        ];

    /// <summary>What the session does when another session is to take its place.</summary>
    /// <param name="within">How long after its end a session can be reopened.</param>
    public static (Retirement Outcome, RetirementStep Step) Retire(
        this SessionState state,
        RetireSession request,
        DateTimeOffset now,
        TimeSpan within
    )
    {
        if (request.UnlessKnown is { } command && state.Acknowledged(command) is not null)
            return (Retirement.KnowsCommand, RetirementStep.None);
        if (request.Expecting is { } expected && !state.HasEnded && state.Acknowledged(expected) is null)
            return (Retirement.Expecting, RetirementStep.None);

        // A command that was permitted at an earlier epoch may still be on its way. The noted epoch refuses it, even for an unopened id.
        var isNews = request.Epoch > state.Epoch;
        if (state.Owner is null || state.HasEnded)
            return (
                Retirement.Retired,
                isNews && (state.Owner is null || state.CanBeReopened(now, within)) ? RetirementStep.NoteEpoch : RetirementStep.None
            );
        return request.OnlyIfEnded || !isNews ? (Retirement.StillOpen, RetirementStep.None) : (Retirement.Retired, RetirementStep.End);
    }

    private static Ending EndingAt(SessionState state, DateTimeOffset now, TimeSpan within) =>
        state.Life is { EndedOnPurpose: true } ? Ending.OnPurpose
        : state.CanBeReopened(now, within) ? Ending.Reopenable
        : Ending.Expired;
}
