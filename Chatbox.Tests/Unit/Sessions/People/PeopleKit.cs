using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Messages;
using Chatbox.Messages.HelpDesk;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.HelpDesk.HelpDeskProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions.People;

/// <summary>A session between its owner Alice and the admins Ana and Ben. Time passes when the test lets it.</summary>
public abstract class PeopleKit : SessionActorKit
{
    public static readonly UserId Ana = new("ana");
    public static readonly UserId Ben = new("ben");

    protected static readonly ChatSessionOptions Options = new() { CheckpointInterval = TimeSpan.FromHours(1) };

    private readonly IActorRef _index;
    private int _commands;

    protected PeopleKit()
        : base("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
    {
        Models = CreateTestProbe();
        Desk = CreateTestProbe();
        _index = Sys.ActorOf(Props.Create<AcknowledgingIndex>());
        Session = Wake();
    }

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 9, 0, 0, TimeSpan.Zero));

    /// <summary>What admins see live.</summary>
    internal RecordedFeed Feed { get; } = new();

    protected TestProbe Models { get; }

    protected TestProbe Desk { get; }

    protected IActorRef Session { get; set; }

    /// <summary>Time passes for the session: on its clock and for its timers.</summary>
    protected void Pass(TimeSpan time)
    {
        Clock.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }

    protected void CrashAndWake()
    {
        this.Crash(Session);
        Session = Wake();
    }

    protected TestProbe AttachAdmin(UserId admin, out JsonElement status)
    {
        var viewer = CreateTestProbe();
        Session.Tell(new AttachViewer(Id, admin, 1, null, null, null) { AsAdmin = true }, viewer);
        viewer.ExpectMsg<ViewerAttached>();
        status = NextFrame(viewer, "connection_status");
        return viewer;
    }

    protected TestProbe AttachAdmin(UserId admin) => AttachAdmin(admin, out _);

    private protected CommandAccepted Accepts(IIdentifiedCommand command, IActorRef? sender = null) =>
        Assert.IsType<CommandAccepted>(Reply(command, sender));

    private protected CommandRefused Refuses(IIdentifiedCommand command, Refusal reason)
    {
        var refused = Assert.IsType<CommandRefused>(Reply(command, null));
        Assert.Equal(reason, refused.Reason);
        return refused;
    }

    private object Reply(IIdentifiedCommand command, IActorRef? sender)
    {
        if (sender is null)
        {
            Session.Tell(command, TestActor);
            return FishForMessage(m => m is CommandAccepted or CommandRefused);
        }

        Session.Tell(command, sender);
        return new CommandAccepted(Id, command.CommandId, false);
    }

    /// <summary>Alice asks the model, which is about to answer.</summary>
    private protected StartAnswer Ask(string content)
    {
        Accepts(SessionKit.Say(NextId().Value, content));
        return (StartAnswer)Models.FishForMessage(m => m is StartAnswer);
    }

    private protected SubmitMessage Write(string content) => SessionKit.Say(NextId().Value, content);

    protected void Answers(StartAnswer start, string text)
    {
        Models.Send(Session, new AnswerPiece(start.AnswerId, start.Attempt, text, false));
        Models.ExpectMsg<PieceTaken>();
    }

    protected void Ends(StartAnswer start) =>
        Models.Send(Session, new AnswerEnded(start.AnswerId, start.Attempt, FinishReason.Stop, null, null, null));

    private protected TakeOver Take(UserId admin) => new(Id, NextId(), admin, $"{admin} (staff)");

    private protected LeaveTakeover Leave(UserId admin) => new(Id, NextId(), admin);

    private protected OfferTransfer Offer(UserId from, UserId to) => new(Id, NextId(), from, to);

    private protected DeclineTransfer Decline(UserId admin) => new(Id, NextId(), admin);

    private protected RequestHelp Help() => new(Id, NextId(), true, Alice);

    private protected SubmitAdminMessage Say(UserId admin, string content) =>
        new(Id, NextId(), true, admin, content, ImmutableSortedDictionary<string, string>.Empty, DateTimeOffset.UnixEpoch);

    private protected AddNote Note(UserId admin, string content) => new(Id, NextId(), true, admin, $"{admin} (staff)", content);

    private protected CommandId NextId() => new($"c{++_commands}");

    /// <summary>The newest report to the help desk that fits, which the desk confirms.</summary>
    private protected HelpStanding Reported(Func<HelpStanding, bool> fits)
    {
        var report = Desk.FishForMessage<ReportHelp>(m => fits(m.Standing));
        Assert.NotEmpty(ChatboxWire.Table.For(typeof(ReportHelp)).Write(report)); // the desk may be on another node
        Desk.Reply(new HelpReported(Id, report.Seq));
        return report.Standing;
    }

    /// <summary>Returns once the session has handled everything that was sent to it.</summary>
    protected void Settle()
    {
        var probe = CreateTestProbe();
        Session.Tell(new GetOwnership(Id, Alice), probe);
        probe.ExpectMsg<Ownership>();
    }

    private protected IReadOnlyList<T> Events<T>()
    {
        Settle();
        return [.. this.Journaled().OfType<T>()];
    }

    private IActorRef Wake() =>
        Sys.ActorOf(SessionKit.Session(With(Models, _index, Options) with { Clock = Clock, HelpDesk = Desk, Feed = Feed }));
}
