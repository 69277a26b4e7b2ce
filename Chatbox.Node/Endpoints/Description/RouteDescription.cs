using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Description;

/// <summary>What <c>openapi.json</c> says of a route.</summary>
internal static class RouteDescription
{
    private const string Json = "application/json";

    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string name, string summary) =>
        route.WithName(name).WithSummary(summary);

    /// <summary>A JSON body, which may be left out. (ASP.NET's own Accepts would refuse requests without a body for their content type.)</summary>
    public static RouteHandlerBuilder TakesOptional<T>(this RouteHandlerBuilder route)
        where T : notnull => route.WithMetadata(new OptionalRequest(typeof(T)));

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

/// <summary>Says for the description which body a route takes.</summary>
internal sealed record OptionalRequest(Type Type);
