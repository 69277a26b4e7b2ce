using System.Text;
using Chatbox.Messages;
using Chatbox.Messages.Frames;

namespace Chatbox.Tests.Unit.Frames;

/// <summary>Tests of the exact bytes of the frames about people who help. Protocol section 5.</summary>
public sealed class PeopleFrameTests
{
    private const string Head = "\"session_id\":\"5e55\",\"sender\":";
    private const string Time = "\"timestamp\":\"2026-03-01T10:00:00.007Z\"";
    private const string Who = "\"admin_id\":\"eve\",\"admin_name\":\"Eve <3\"";

    private static readonly SessionId Session = new("5e55");
    private static readonly MessageId Message = new("a1");
    private static readonly PeopleFrames.Admin Eve = new(new UserId("eve"), "Eve <3");
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, 7, TimeSpan.FromHours(2));

    public static TheoryData<string, ReadOnlyMemory<byte>> Frames() =>
        new()
        {
            {
                $$$"""{"type":"connection_status",{{{Head}}}"ai",{{{Time}}},"content":"You have asked for a person. Somebody will join this conversation.","metadata":{"help_requested":"true"}}""",
                PeopleFrames.HelpRequested(Session, At)
            },
            {
                $$$"""{"type":"notification",{{{Head}}}"system",{{{Time}}},"content":"You are number 3 in the queue.","metadata":{"reason":"queue_position","position":"3","waiting":"4"}}""",
                PeopleFrames.QueuePlace(Session, 3, 4, null, At)
            },
            {
                $$$"""{"type":"notification",{{{Head}}}"system",{{{Time}}},"content":"You are the next in the queue. We are back at 9.","metadata":{"reason":"queue_position","position":"1","waiting":"1"}}""",
                PeopleFrames.QueuePlace(Session, 1, 1, "We are back at 9.", At)
            },
            {
                $$$"""{"type":"admin_join",{{{Head}}}"admin",{{{Time}}},"seq":4,"message_id":"a1","metadata":{{{{Who}}}}}""",
                PeopleFrames.Joined(Session, 4, Message, Eve, At)
            },
            {
                $$$"""{"type":"admin_leave",{{{Head}}}"admin",{{{Time}}},"seq":5,"message_id":"a1","metadata":{{{{Who}}},"reason":"gone"}}""",
                PeopleFrames.Left(Session, 5, Message, Eve, "gone", At)
            },
            {
                $$$"""{"type":"user_message",{{{Head}}}"admin",{{{Time}}},"content":"hi","seq":6,"message_id":"a1","metadata":{"k":"v",{{{Who}}}}}""",
                PeopleFrames.Message(
                    Session,
                    6,
                    Message,
                    "hi",
                    new Dictionary<string, string> { ["k"] = "v", ["admin_name"] = "somebody else" },
                    Eve,
                    At
                )
            },
            {
                $$$"""{"type":"note",{{{Head}}}"admin",{{{Time}}},"content":"VIP","seq":7,"message_id":"a1","metadata":{{{{Who}}}}}""",
                PeopleFrames.Note(Session, 7, Message, "VIP", Eve, At)
            },
            {
                $$$"""{"type":"admin_transfer",{{{Head}}}"admin",{{{Time}}},"metadata":{{{{Who}}},"to":"ben","state":"offered"}}""",
                PeopleFrames.Transfer(Session, Eve, new UserId("ben"), "offered", At)
            },
            {
                $$$"""{"type":"seen",{{{Head}}}"user",{{{Time}}},"metadata":{"seq":"7"}}""",
                PeopleFrames.Seen(Session, byAdmin: false, 7, At)
            },
            {
                $$$"""{"type":"connection_status",{{{Head}}}"system",{{{Time}}},"user_id":"u","model_id":"m","seq":0,"metadata":{"history":"reload",{{{Who}}},"help_requested":"true"}}""",
                ConnectionFrames.Status(
                    Session,
                    new UserId("u"),
                    [new(new ModelId("m"), "M")],
                    new ModelId("m"),
                    0,
                    true,
                    At,
                    new Assistance
                    {
                        AdminId = Eve.Id,
                        AdminName = Eve.Name,
                        HelpRequested = true,
                    }
                )
            },
            {
                $$$"""{"type":"connection_status",{{{Head}}}"system",{{{Time}}},"user_id":"eve","models":[],"model_id":"m","seq":0,"metadata":{"owner_id":"u","role":"watcher"}}""",
                ConnectionFrames.Status(Session, Eve.Id, [], new ModelId("m"), 0, false, At, new Assistance { OwnerId = new UserId("u") })
            },
        };

    [Theory]
    [MemberData(nameof(Frames))]
    public void Frame_is_as_the_protocol_has_it(string expected, ReadOnlyMemory<byte> frame) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(frame.Span));
}
