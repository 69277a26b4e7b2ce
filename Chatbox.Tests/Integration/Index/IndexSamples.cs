using System.Collections.Immutable;
using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Tests.Integration.Index;

/// <summary>Updates to write.</summary>
internal static class IndexSamples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly UserId Alice = new("alice");

    public static SessionSummary Session(UserId? user = null, DateTimeOffset? started = null, string name = "A name") =>
        new(
            SessionId.New(),
            user ?? Alice,
            name,
            new ModelId("m"),
            started ?? Noon,
            null,
            started ?? Noon,
            2,
            30,
            TimeSpan.FromMilliseconds(700),
            TimeSpan.FromMilliseconds(1100),
            2
        );

    public static SessionUpdate At(this SessionSummary session, long seq, params IndexedMessage[] messages) =>
        new(seq, session, [.. messages], []);

    public static IndexedMessage Said(long seq, string text, DateTimeOffset? at = null) =>
        new(
            seq,
            new MessageId($"m{seq}"),
            "user_message",
            "user",
            text,
            ImmutableSortedDictionary<string, string>.Empty,
            at ?? Noon,
            0,
            null
        );

    public static IndexedMessage Answered(long seq, string text, DateTimeOffset? at = null, long tokens = 10, int waited = 500) =>
        Said(seq, text, at) with
        {
            Type = "ai_response",
            Sender = "ai",
            Tokens = tokens,
            ResponseTime = TimeSpan.FromMilliseconds(waited),
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("finish_reason", "stop"),
        };

    public static Task Apply(this TestIndex index, params SessionUpdate[] updates) => index.Index.Apply(updates, default);

    public static async Task<IReadOnlyList<SessionId>> List(this TestIndex index, SessionQuery query) =>
        [.. (await index.Index.List(query, default)).Sessions.Select(session => session.SessionId)];

    /// <summary>What a search of Alice's sessions finds.</summary>
    public static Task<IReadOnlyList<SessionId>> Search(this TestIndex index, string words) =>
        index.List(new SessionQuery(Alice, Search: words));

    /// <summary>A message's parts, to compare: records compare dictionaries by reference.</summary>
    public static string Text(this IndexedMessage message) =>
        $"{message with { Metadata = ImmutableSortedDictionary<string, string>.Empty }} {string.Join(",", message.Metadata)}";
}
