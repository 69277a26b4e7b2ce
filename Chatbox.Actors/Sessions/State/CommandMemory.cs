using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.State;

/// <summary>
/// The commands that took effect in a session, each with its acknowledgement, so that a repeated command gets the first one again.
/// Bounded in time and in number.
/// </summary>
internal sealed record CommandMemory
{
    /// <summary>
    /// Most command ids kept. Stopping an answer and choosing a model have no limit per user, so only this bound keeps the memory small.
    /// </summary>
    public const int MaxCommands = 4_096;

    /// <summary>How long a command id is kept, unless <see cref="MaxCommands"/> newer ones have arrived.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public static CommandMemory Empty { get; } = new();

    private ImmutableDictionary<CommandId, Acknowledgement> ById { get; init; } = ImmutableDictionary<CommandId, Acknowledgement>.Empty;

    /// <summary>The same acknowledgements, oldest first.</summary>
    private ImmutableQueue<Acknowledgement> ByAge { get; init; } = [];

    /// <summary>The acknowledgements, oldest first, as the snapshot holds them.</summary>
    public ImmutableList<Acknowledgement> ToSnapshot() => [.. ByAge];

    public static CommandMemory From(ImmutableList<Acknowledgement> acknowledgements) =>
        new() { ById = acknowledgements.ToImmutableDictionary(a => a.CommandId), ByAge = [.. acknowledgements] };

    /// <summary>The acknowledgement of a command that took effect; null for an unknown command.</summary>
    public Acknowledgement? Find(CommandId id) => ById.GetValueOrDefault(id);

    /// <summary>Adds a command that took effect at place <paramref name="seq"/>, and drops commands that are too old or too many.</summary>
    /// <param name="message">The message or answer that the command created; null if there is none.</param>
    public CommandMemory Add(CommandId id, long seq, MessageId? message, DateTimeOffset at)
    {
        var (byId, byAge) = (ById, ByAge);
        while (!byAge.IsEmpty && (at - byAge.Peek().At > Lifetime || byId.Count >= MaxCommands))
        {
            byAge = byAge.Dequeue(out var oldest);
            byId = byId.Remove(oldest.CommandId);
        }

        var acknowledgement = new Acknowledgement(id, seq, message, at);
        return new CommandMemory { ById = byId.SetItem(id, acknowledgement), ByAge = byAge.Enqueue(acknowledgement) };
    }

    /// <summary>Digests of the clients' commands that are still kept at <paramref name="now"/>.</summary>
    public ImmutableArray<long> Digests(DateTimeOffset now) =>
        [.. ByAge.Where(a => a.CommandId.IsOfClient && now - a.At <= Lifetime).Select(a => CommandDigest.Of(a.CommandId))];
}
