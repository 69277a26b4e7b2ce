using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Operators;

/// <summary>Shows what the store holds.</summary>
internal sealed class StoreEndpoints(NodeStore store)
{
    public void Map(IEndpointRouteBuilder app) => app.MapGet("/store/stats", Stats);

    private async Task<IResult> Stats(CancellationToken cancellationToken) =>
        await store.Count(cancellationToken) is { } kinds
            ? OperatorAnswers.Json(new StoreBody([.. kinds.Select(kind => new StoredKindRow(kind.Kind, kind.Rows, kind.Bytes))]))
            : ErrorResponse.NotFound($"The rows of {store.Name} cannot be counted.");
}
