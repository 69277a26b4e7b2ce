using Akka.Actor;
using Akka.Actor.Internal;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Operators;

/// <summary>Lists the actors of this node.</summary>
internal sealed class ActorEndpoints(ActorSystem system)
{
    /// <summary>Maximum number of listed children per actor: a node has an actor for each session in memory.</summary>
    private const int MostChildren = 100;

    private const int MostLevels = 10;

    public void Map(IEndpointRouteBuilder app) =>
        app.MapGet(
            "/actors",
            (int? depth) =>
                depth is < 1 or > MostLevels
                    ? ErrorResponse.BadRequest($"depth: 1 to {MostLevels}")
                    : OperatorAnswers.Json(new ActorsBody([.. Below(((ActorSystemImpl)system).Guardian, depth ?? 3)]))
        );

    private static IEnumerable<ActorRow> Below(IActorRef actor, int levels)
    {
        if (actor is not ActorRefWithCell { } running)
            yield break;
        // Actors with names first: there are thousands without, such as those of sockets.
        var children = running.Children.OrderBy(child => child.Path.Name.StartsWith('$')).ThenBy(child => child.Path.Name).ToList();
        yield return new ActorRow(
            actor.Path.ToStringWithoutAddress(),
            (running.Underlying as ActorCell)?.Props.Type.Name ?? "",
            children.Count
        );
        if (levels == 0)
            yield break;
        foreach (var row in children.Take(MostChildren).SelectMany(child => Below(child, levels - 1)))
            yield return row;
    }
}
