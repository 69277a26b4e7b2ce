using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>Messages of sessions that move while their answer streams on, which earlier releases cannot have written.</summary>
internal static class GoldenMoveValues
{
    public static readonly IReadOnlyDictionary<string, IWireMessage> All = new Dictionary<string, IWireMessage>
    {
        ["session.answer-checkpointed.v1"] = new AnswerCheckpointed(
            new SessionId("0123456789abcdef0123456789abcdef"),
            new MessageId("a1"),
            7,
            "more",
            GoldenValues.At
        )
        {
            StreamsFrom = "node-1:8110#42",
        },
    };
}
