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

    /// <summary>By command id, and by the admin who sent the command; null for the owner.</summary>
    private ImmutableDictionary<(CommandId Id, UserId? Admin), Acknowledgement> ById { get; init; } =
        ImmutableDictionary<(CommandId Id, UserId? Admin), Acknowledgement>.Empty;

    /// <summary>The same acknowledgements, oldest first.</summary>
    private ImmutableQueue<Acknowledgement> ByAge { get; init; } = [];

    /// <summary>The acknowledgements, oldest first, as the snapshot holds them.</summary>
    public ImmutableList<Acknowledgement> ToSnapshot() => [.. ByAge];

    public static CommandMemory From(ImmutableList<Acknowledgement> acknowledgements) =>
        new() { ById = acknowledgements.ToImmutableDictionary(a => (a.CommandId, a.AdminId)), ByAge = [.. acknowledgements] };

    /// <summary>The acknowledgement of a command that took effect; null for an unknown command.</summary>
    /// <param name="admin">The admin who sent the command; null for the owner. Two people may choose the same id.</param>
    public Acknowledgement? Find(CommandId id, UserId? admin = null) => ById.GetValueOrDefault((id, admin));

    /// <summary>Adds a command that took effect at place <paramref name="seq"/>, and drops commands that are too old or too many.</summary>
    /// <param name="message">The message or answer that the command created; null if there is none.</param>
    /// <param name="admin">The admin who sent the command; null for the owner.</param>
    public CommandMemory Add(CommandId id, long seq, MessageId? message, DateTimeOffset at, UserId? admin = null)
    {
        var (byId, byAge) = (ById, ByAge);
        while (!byAge.IsEmpty && (at - byAge.Peek().At > Lifetime || byId.Count >= MaxCommands))
        {
            byAge = byAge.Dequeue(out var oldest);
            byId = byId.Remove((oldest.CommandId, oldest.AdminId));
        }

        var acknowledgement = new Acknowledgement(id, seq, message, at) { AdminId = admin };
        return new CommandMemory { ById = byId.SetItem((id, admin), acknowledgement), ByAge = byAge.Enqueue(acknowledgement) };
    }

    /// <summary>Digests of the owner's commands that are still kept at <paramref name="now"/>.</summary>
    public ImmutableArray<long> Digests(DateTimeOffset now) =>
        [
            .. ByAge
                .Where(a => a.AdminId is null && a.CommandId.IsOfClient && now - a.At <= Lifetime)
                .Select(a => CommandDigest.Of(a.CommandId)),
        ];
}
