using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions.People;

/// <summary>Promise fence: from the takeover to the release, the owner talks with a person, and no model reaches anybody.</summary>
public sealed class TakeoverTests : PeopleKit
{
    [Fact]
    public void Answer_under_way_ends_with_taken_over_and_nothing_of_a_model_follows()
    {
        var start = Ask("Hello");
        var owner = Attach(Session);
        Answers(start, "I am");
        Accepts(Take(Ana));
        Models.FishForMessage<CancelAnswer>(cancel => cancel.AnswerId == start.AnswerId);
        Models.Send(Session, new AnswerPiece(start.AnswerId, start.Attempt, " a model", false));
        Ends(start);
        Accepts(Write("Who are you?"));
        Settle();

        var frames = FramesUntil(owner, f => Type(f) == "user_message");
        var join = frames.FindIndex(f => Type(f) == "admin_join");
        var done = frames.FindIndex(f => Type(f) == "ai_response" && f.GetProperty("metadata").GetProperty("done").GetString() == "true");
        Assert.Equal("taken_over", frames[done].GetProperty("metadata").GetProperty("finish_reason").GetString());
        Assert.True(done < join);
        Assert.True(frames[done].GetProperty("seq").GetInt64() < frames[join].GetProperty("seq").GetInt64());
        Assert.DoesNotContain(frames[join..], f => Type(f) is "ai_response" or "loading");
        Assert.Equal("I am", Assert.Single(Events<AnswerFinished>()).Text);
        Models.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Messages_that_waited_for_the_model_go_to_the_admin()
    {
        Ask("First");
        Accepts(Write("Second"));
        Accepts(Write("Third"));
        Accepts(Take(Ana));

        Assert.Equal(
            [FinishReason.TakenOver, FinishReason.TakenOver, FinishReason.TakenOver],
            Events<AnswerFinished>().Select(e => e.Reason)
        );
        Assert.NotNull(Reported(s => s.HolderId == Ana).WaitingSince);
        Accepts(Leave(Ana));
        var next = Ask("Fourth");
        Assert.Contains(next.Prompt, message => message.Text == "Third");
    }

    [Fact]
    public void One_of_two_admins_wins_and_the_other_is_told_who()
    {
        Ask("Hello");
        Session.Tell(Take(Ana), TestActor);
        Session.Tell(Take(Ben), TestActor);

        ExpectMsg<CommandAccepted>();
        var refused = ExpectMsg<CommandRefused>();

        Assert.Equal(Refusal.HeldByAnother, refused.Reason);
        Assert.Equal(new HolderName(Ana, "ana (staff)"), refused.Holder);
        Assert.True(Accepts(Take(Ana)).Repeated);
        Assert.Equal(Ana, Assert.Single(Events<SessionTakenOver>()).AdminId);
    }

    [Fact]
    public void Command_ids_of_two_people_are_different_commands()
    {
        Ask("Hello");
        Accepts(new TakeOver(Id, new CommandId("c1"), Ana, "Ana"));
        var first = Accepts(new SubmitAdminMessage(Id, new CommandId("c7"), true, Ana, "Hi", Say(Ana, "").Metadata, default));
        var again = Accepts(new SubmitAdminMessage(Id, new CommandId("c7"), true, Ana, "Hi", Say(Ana, "").Metadata, default));
        var owners = Accepts(SessionKit.Say("c7", "Hi yourself"));

        Assert.Equal((false, true, false), (first.Repeated, again.Repeated, owners.Repeated));
        Assert.Single(Events<AdminMessageSent>());
        Assert.Equal(2, Events<MessageSubmitted>().Count);
    }

    [Fact]
    public void Holder_and_owner_talk_with_each_other_in_one_order_on_all_sockets()
    {
        Ends(Ask("Hello"));
        Settle();
        var owner = Attach(Session);
        var ana = AttachAdmin(Ana);
        Accepts(Take(Ana), ana);
        Accepts(Say(Ana, "How can I help?"), ana);
        Accepts(Write("My bill is wrong."));
        Accepts(Say(Ana, "I see."));

        var toOwner = FramesUntil(owner, f => Text(f) == "I see.");
        var toAna = FramesUntil(ana, f => Text(f) == "I see.");

        Assert.Equal(["How can I help?", "My bill is wrong.", "I see."], toOwner.Where(IsMessage).Select(Text));
        Assert.Equal(["admin", "user", "admin"], toOwner.Where(IsMessage).Select(f => f.GetProperty("sender").GetString()));

        // What she wrote herself comes as an ack.
        Assert.Equal(["My bill is wrong.", "I see."], toAna.Where(IsMessage).Select(Text));
        Assert.Contains(toAna, f => Type(f) == "ack");
        Assert.Contains(toAna, f => Type(f) == "admin_join");
    }

    [Fact]
    public void Watcher_cannot_write_and_leaves_no_trace()
    {
        Ends(Ask("Hello"));
        var ben = AttachAdmin(Ben, out var status);
        var rows = Events<ISessionEvent>().Count;
        Refuses(Say(Ben, "Hi"), Refusal.NotHolder);
        Session.Tell(new ShowTyping(Id, Ben, true) { AsAdmin = true }, ben);
        Session.Tell(new MarkSeen(Id, Ben, ConversationSide.Admin, 99), ben);

        Assert.Equal("watcher", status.GetProperty("metadata").GetProperty("role").GetString());
        Assert.Equal(rows, Events<ISessionEvent>().Count);
    }

    [Fact]
    public void Models_cannot_be_asked_or_chosen_while_a_person_answers()
    {
        Ends(Ask("Hello"));
        Accepts(Take(Ana));

        Refuses(new SelectModel(Id, NextId(), true, Alice, new ModelId("n")), Refusal.PersonAnswers);
        Refuses(new RegenerateAnswer(Id, NextId(), true, Alice, Admission.Granted), Refusal.PersonAnswers);
        Accepts(Leave(Ana));
        Refuses(new RegenerateAnswer(Id, NextId(), true, Alice, Admission.Granted), Refusal.NothingToRegenerate);
        Accepts(new SelectModel(Id, NextId(), true, Alice, new ModelId("n")));
    }

    [Fact]
    public void After_the_release_the_prompt_holds_what_people_said_marked_at_both_ends()
    {
        var first = Ask("Hello");
        Answers(first, "Hi.");
        Ends(first);
        Accepts(Take(Ana));
        Accepts(Write("Are you human?"));
        Accepts(Say(Ana, "Yes."));
        Accepts(Note(Ana, "secret remark"));
        Accepts(Leave(Ana));

        var prompt = Ask("And you?").Prompt.Select(m => $"{m.Role}: {m.Text}").ToList();

        Assert.Equal(
            [
                "user: Hello",
                "assistant: Hi.",
                "assistant: [From here on ana (staff), a person of the staff, answered instead of the assistant.]",
                "user: Are you human?",
                "assistant: [ana (staff), a person of the staff, wrote:]\nYes.",
                "assistant: [Here ana (staff) left. From here on the assistant answers again.]",
                "user: And you?",
            ],
            prompt
        );
    }

    [Fact]
    public void Offer_is_accepted_by_the_other_admin_only()
    {
        Ends(Ask("Hello"));
        Accepts(Take(Ana));
        var ana = AttachAdmin(Ana);
        Accepts(Offer(Ana, Ben));
        Assert.Equal("offered", Transfer(ana));

        Refuses(Take(new UserId("carl")), Refusal.HeldByAnother);
        Accepts(Take(Ben));

        Assert.Equal([ReleaseReason.Transferred], Events<TakeoverReleased>().Select(e => e.Reason));
        Refuses(Say(Ana, "Still me"), Refusal.NotHolder);
        Accepts(Say(Ben, "Now me"));
    }

    [Fact]
    public void Offer_that_is_declined_or_too_old_leaves_the_session_with_its_holder()
    {
        Ends(Ask("Hello"));
        var ana = AttachAdmin(Ana);
        Accepts(Take(Ana));
        Accepts(Offer(Ana, Ben));
        Refuses(Decline(new UserId("carl")), Refusal.NothingOffered);
        Accepts(Decline(Ben));
        Assert.Equal("offered", Transfer(ana));
        Assert.Equal("declined", Transfer(ana));
        Refuses(Take(Ben), Refusal.HeldByAnother);

        Accepts(Offer(Ana, Ben));
        Assert.Equal("offered", Transfer(ana));
        Pass(TimeSpan.FromMinutes(2));
        Assert.Equal("expired", Transfer(ana));
        Refuses(Take(Ben), Refusal.HeldByAnother);
        Accepts(Say(Ana, "Mine"));
    }

    [Fact]
    public void Notes_reach_admins_only()
    {
        Ends(Ask("Hello"));
        var (owner, ana) = (Attach(Session), AttachAdmin(Ana));
        Accepts(Note(Ben, "was rude before"));
        Accepts(Take(Ana));

        Assert.Equal("was rude before", Text(NextFrame(ana, "note")));
        Assert.DoesNotContain(FramesUntil(owner, f => Type(f) == "admin_join"), f => Type(f) == "note");

        Accepts(new EndSession(Id, NextId(), Alice));
        Accepts(Note(Ben, "again"));
        Assert.Equal("again", Text(NextFrame(ana, "note")));
    }

    [Fact]
    public void End_while_a_person_answers_ends_the_takeover()
    {
        Ends(Ask("Hello"));
        Accepts(Take(Ana));
        Accepts(new EndSession(Id, NextId(), Alice));

        Assert.Equal(ReleaseReason.Ended, Assert.Single(Events<TakeoverReleased>()).Reason);
        Assert.True(Reported(s => s.HolderId is null).IsClosed());
        Refuses(Take(Ben), Refusal.Ended);
    }

    [Fact]
    public void Session_that_is_retired_while_a_person_answers_ends_the_takeover()
    {
        Ends(Ask("Hello"));
        Accepts(Take(Ana));
        Session.Tell(new RetireSession(Id, Alice, new CommandId("r1"), 7), TestActor);

        Assert.Equal(Retirement.Retired, FishForMessage<SessionRetired>(_ => true).Outcome);
        Assert.Equal(ReleaseReason.Ended, Assert.Single(Events<TakeoverReleased>()).Reason);
    }

    [Fact]
    public void Erased_session_is_reported_as_closed()
    {
        Ends(Ask("Hello"));
        Accepts(Take(Ana));
        Reported(s => s.HolderId == Ana);
        Session.Tell(new EraseSession(Id, NextId(), Alice, ByAdmin: false), TestActor);

        Assert.True(Reported(s => s.HolderId is null).IsClosed());
    }

    [Fact]
    public void Nobody_takes_over_what_nobody_has_opened() => Refuses(Take(Ana), Refusal.NotFound);

    private static string? Transfer(Akka.TestKit.TestProbe admin) =>
        NextFrame(admin, "admin_transfer").GetProperty("metadata").GetProperty("state").GetString();

    private static bool IsMessage(System.Text.Json.JsonElement frame) => Type(frame) == "user_message";

    private static string? Text(System.Text.Json.JsonElement frame) =>
        frame.TryGetProperty("content", out var content) ? content.GetString() : null;
}
