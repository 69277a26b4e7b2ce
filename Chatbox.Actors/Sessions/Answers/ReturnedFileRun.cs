using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>The files that the running answer brings. Each is stored before the session hears of it, and journaled before anybody sees it.</summary>
/// <param name="keeper">Null on a node without files.</param>
internal sealed class ReturnedFileRun(
    LoadedSession session,
    SessionJournal journal,
    SessionViewers viewers,
    IReturnedFileKeeper? keeper,
    TimeProvider clock
)
{
    /// <summary>Longest time to take back a file. After it, the file goes with its session.</summary>
    private static readonly TimeSpan WithdrawTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Shows a file of the running answer, unless an attempt before a crash has brought it already.</summary>
    public void Keep(AnswerFile file)
    {
        if (IsKnown(file))
            return;
        journal.Write([new FileReturned(session.Id, MessageId.New(), file.AnswerId, file.Returned, clock.GetUtcNow())], viewers.Pump);
    }

    /// <summary>The answer of the file has ended, or was begun anew by another attempt: nobody will see the file, so its bytes go.</summary>
    /// <param name="file">Null does nothing.</param>
    public void Drop(AnswerFile? file)
    {
        if (file is not { Returned.File: not null } || keeper is null || IsKnown(file))
            return;
        var time = new CancellationTokenSource(WithdrawTimeout, clock);
        _ = keeper.Withdraw(file.Returned, time.Token).ContinueWith(_ => time.Dispose(), TaskScheduler.Default);
    }

    private bool IsKnown(AnswerFile file) => session.State.HasFile(file.AnswerId, file.Returned);
}
