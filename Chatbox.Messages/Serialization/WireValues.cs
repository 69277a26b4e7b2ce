using System.Collections.Immutable;
using Chatbox.Messages.Sessions;
using Google.Protobuf.Collections;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>Converts the values that several rows share to and from their form on the wire.</summary>
internal static class WireValues
{
    public static long Write(DateTimeOffset at) => at.UtcTicks;

    public static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    public static TimeSpan Duration(long ticks) => new(ticks);

    public static Proto.Usage Write(TokenUsage usage) =>
        new()
        {
            Prompt = usage.Prompt,
            Completion = usage.Completion,
            Estimated = usage.Estimated,
        };

    public static TokenUsage Read(Proto.Usage usage) => new(usage.Prompt, usage.Completion, usage.Estimated);

    public static Proto.Position? Write(AnswerPosition? position) =>
        position is { } p ? new Proto.Position { MessageId = p.MessageId.Value, Offset = p.Offset } : null;

    public static AnswerPosition? Read(Proto.Position? position) =>
        position is null ? null : new AnswerPosition(new MessageId(position.MessageId), position.Offset);

    public static Proto.Permission? Write(Permission permission)
    {
        if (permission == default)
            return null;
        var proto = new Proto.Permission { OnlyIfKnown = permission.OnlyIfKnown };
        if (permission.Epoch is { } epoch)
            proto.Epoch = epoch;
        return proto;
    }

    public static Permission Read(Proto.Permission? p) => p is null ? default : new Permission(p.HasEpoch ? p.Epoch : null, p.OnlyIfKnown);

    public static ImmutableSortedDictionary<string, string> Read(MapField<string, string> map) =>
        map.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
