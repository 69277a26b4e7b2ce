namespace Chatbox.Node.Endpoints.Description;

/// <summary>What <c>openapi.json</c> says of a route.</summary>
internal static class RouteDescription
{
    private const string Json = "application/json";

    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string name, string summary) =>
        route.WithName(name).WithSummary(summary);

    /// <summary>200 with this body.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route) => route.Produces<T>(StatusCodes.Status200OK, Json);

    /// <summary>204 without a body.</summary>
    public static RouteHandlerBuilder AnswersNothing(this RouteHandlerBuilder route) => route.Produces(StatusCodes.Status204NoContent);

    /// <summary>These refusals, with the body that such a status has.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params IEnumerable<int> statuses)
    {
        foreach (var status in statuses)
        {
            if (status == StatusCodes.Status429TooManyRequests)
                route.Produces<RateLimitedBody>(status, Json);
            else
                route.Produces<ErrorBody>(status, Json);
        }

        return route;
    }
}
