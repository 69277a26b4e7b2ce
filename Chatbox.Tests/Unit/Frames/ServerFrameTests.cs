using System.Text;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;

namespace Chatbox.Tests.Unit.Frames;

/// <summary>Tests of the exact bytes of the server's frames, on which clients rely. Protocol section 5.</summary>
public sealed class ServerFrameTests
{
    private const string Head = "\"session_id\":\"5e55\",\"sender\":";
    private const string Time = "\"timestamp\":\"2026-03-01T10:00:00.007Z\"";

    private static readonly SessionId Session = new("5e55");
    private static readonly MessageId Message = new("a1");
    private static readonly ModelId Model = new("m");
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, 7, TimeSpan.FromHours(2));

    public static TheoryData<string, ReadOnlyMemory<byte>> Frames() =>
        new()
        {
            { """{"type":"pong"}""", ServerFrame.Pong },
            {
                $$$"""{"type":"connection_status",{{{Head}}}"system",{{{Time}}},"user_id":"é\"","models":[{"id":"m","name":"M <1>"},{"id":"n","name":"N"}],"model_id":"m","seq":7}""",
                ConnectionFrames.Status(Session, new UserId("é\""), [new(Model, "M <1>"), new(new("n"), "N")], Model, 7, false, At)
            },
            {
                $$$"""{"type":"connection_status",{{{Head}}}"system",{{{Time}}},"user_id":"u","models":[],"model_id":"m","seq":0,"metadata":{"history":"reload"}}""",
                ConnectionFrames.Status(Session, new UserId("u"), [], Model, 0, true, At)
            },
            {
                $$$"""{"type":"connection_status",{{{Head}}}"ai",{{{Time}}},"content":"Em answers from now on.","model_id":"m"}""",
                ConnectionFrames.ModelConfirmed(Session, new(Model, "Em"), At)
            },
            {
                $$$"""{"type":"ack",{{{Head}}}"system",{{{Time}}},"id":"c1","seq":2,"message_id":"a1"}""",
                ConnectionFrames.Ack(Session, new CommandId("c1"), 2, Message, At)
            },
            {
                $$$"""{"type":"ack",{{{Head}}}"system",{{{Time}}},"id":"c1","seq":2}""",
                ConnectionFrames.Ack(Session, new CommandId("c1"), 2, null, At)
            },
            {
                $$$"""{"type":"user_message",{{{Head}}}"user",{{{Time}}},"content":"hi","seq":2,"message_id":"a1"}""",
                MessageFrames.UserMessage(Session, 2, Message, "hi", new Dictionary<string, string>(), At)
            },
            {
                $$$"""{"type":"user_message",{{{Head}}}"user",{{{Time}}},"content":"hi","seq":2,"message_id":"a1","metadata":{"k":"v"}}""",
                MessageFrames.UserMessage(Session, 2, Message, "hi", new Dictionary<string, string> { ["k"] = "v" }, At)
            },
            {
                $$$"""{"type":"transcript",{{{Head}}}"user",{{{Time}}},"content":"hi","seq":4,"message_id":"t1","metadata":{"of":"a1","state":"done"}}""",
                VoiceFrames.Transcript(Session, new TranscriptItem(4, new("t1"), Message, "hi", null, At))
            },
            {
                $$$"""{"type":"transcript",{{{Head}}}"user",{{{Time}}},"content":"","seq":4,"message_id":"t1","metadata":{"of":"a1","reason":"nothing_heard","state":"failed"}}""",
                VoiceFrames.Transcript(Session, new TranscriptItem(4, new("t1"), Message, "", TranscriptionFailure.NothingHeard, At))
            },
            { $$$"""{"type":"loading",{{{Head}}}"ai",{{{Time}}},"message_id":"a1"}""", AnswerFrames.Loading(Session, Message, At) },
            {
                $$$"""{"type":"loading",{{{Head}}}"ai",{{{Time}}},"message_id":"a1","metadata":{"reason":"thinking"}}""",
                AnswerFrames.Loading(Session, Message, At, thinks: true)
            },
            {
                $$$"""{"type":"ai_response",{{{Head}}}"ai",{{{Time}}},"content":"","model_id":"m","message_id":"a1","offset":5,"metadata":{"streaming":"true","done":"false","reset":"true"}}""",
                AnswerFrames.Reset(Session, Message, Model, 5, At)
            },
            {
                $$$"""{"type":"ai_response",{{{Head}}}"ai",{{{Time}}},"content":"","model_id":"m","seq":3,"message_id":"a1","offset":9,"metadata":{"streaming":"true","done":"true","finish_reason":"length","prompt_tokens":"4","completion_tokens":"5"}}""",
                AnswerFrames.Done(Session, 3, Message, Model, 9, FinishReason.Length, new TokenUsage(4, 5, Estimated: false), At)
            },
            {
                $$$"""{"type":"ai_response",{{{Head}}}"ai",{{{Time}}},"content":"","model_id":"m","seq":3,"message_id":"a1","offset":0,"metadata":{"streaming":"true","done":"true","finish_reason":"stopped","prompt_tokens":"4","completion_tokens":"0","usage_estimated":"true"}}""",
                AnswerFrames.Done(Session, 3, Message, Model, 0, FinishReason.Stopped, new TokenUsage(4, 0, Estimated: true), At)
            },
            {
                $$$"""{"type":"error",{{{Head}}}"ai",{{{Time}}},"id":"c1","error":{"code":"TOO_MANY_REQUESTS","message":"Slow down.","recoverable":true,"retry_after":1501}}""",
                ConnectionFrames.Error(
                    Session,
                    ErrorCode.TooManyRequests,
                    "Slow down.",
                    TimeSpan.FromMilliseconds(1500.2),
                    null,
                    new("c1"),
                    At
                )
            },
            {
                $$$"""{"type":"error",{{{Head}}}"ai",{{{Time}}},"error":{"code":"EXPIRED_TOKEN","message":"Gone.","recoverable":false},"metadata":{"field":"content"}}""",
                ConnectionFrames.Error(Session, ErrorCode.ExpiredToken, "Gone.", null, "content", null, At)
            },
            {
                $$$"""{"type":"error",{{{Head}}}"ai",{{{Time}}},"error":{"code":"SERVICE_ERROR","message":"No.","recoverable":true},"metadata":{"field":"type","reason":"no_file_store"}}""",
                ConnectionFrames.Error(Session, ErrorCode.ServiceError, "No.", null, "type", null, At, ErrorReason.NoFileStore)
            },
            {
                $$$"""{"type":"notification",{{{Head}}}"system",{{{Time}}},"content":"Bye.","metadata":{"reason":"reconnect","reconnect_after_ms":"5"}}""",
                ConnectionFrames.Notification(Session, "Bye.", "reconnect", At, ("reconnect_after_ms", "5"))
            },
            {
                $$$"""{"type":"typing_indicator",{{{Head}}}"user",{{{Time}}},"content":"stop"}""",
                ConnectionFrames.Typing(Session, false, At)
            },
            {
                $$$"""{"type":"typing_indicator",{{{Head}}}"admin",{{{Time}}},"content":"start"}""",
                ConnectionFrames.Typing(Session, true, At, byAdmin: true)
            },
        };

    [Theory]
    [MemberData(nameof(Frames))]
    public void Frame_is_as_the_protocol_has_it(string expected, ReadOnlyMemory<byte> frame) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(frame.Span));

    [Fact]
    public void Every_reason_has_its_word() =>
        Assert.Equal(
            ["stop", "length", "stopped", "cut", "timeout", "error", "taken_over"],
            Enum.GetValues<FinishReason>().Select(AnswerFrames.FinishReasonName)
        );

    [Fact]
    public void Text_that_is_not_valid_unicode_still_makes_a_frame()
    {
        var frame = MessageFrames.UserMessage(
            Session,
            1,
            Message,
            "half \ud83d",
            new Dictionary<string, string> { ["\ude00"] = "\udbff" },
            At
        );

        Assert.Equal("half \ufffd", System.Text.Json.JsonDocument.Parse(frame).RootElement.GetProperty("content").GetString());
    }
}
