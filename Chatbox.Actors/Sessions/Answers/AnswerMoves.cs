using Akka.Actor;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Models;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>What sessions need in order to move while their answers stream on.</summary>
/// <param name="Relays">The node's <see cref="AnswerRelaysActor"/>.</param>
public sealed record AnswerMoves(IActorRef Relays, IClusterNodes Nodes);
