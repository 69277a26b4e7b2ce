using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Description;

/// <summary>Describes routes for <c>openapi.json</c>.</summary>
internal static class RouteDescription
{
    private const string Json = "application/json";

    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string name, string summary) =>
        route.WithName(name).WithSummary(summary);

    /// <summary>
    /// Declares an optional JSON body. ASP.NET's Accepts would refuse requests without a body because of their content type.
    /// </summary>
    public static RouteHandlerBuilder TakesOptional<T>(this RouteHandlerBuilder route)
        where T : notnull => route.WithMetadata(new OptionalRequest(typeof(T)));

    /// <summary>Declares a form with one file.</summary>
    public static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder route) => route.WithMetadata(new FileRequest());

    /// <summary>Declares the status 200 with this body.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route) => route.Produces<T>(StatusCodes.Status200OK, Json);

    /// <summary>Declares the status 204 without a body.</summary>
    public static RouteHandlerBuilder AnswersNothing(this RouteHandlerBuilder route) => route.Produces(StatusCodes.Status204NoContent);

    /// <summary>Declares refusals with their error bodies.</summary>
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

/// <summary>Metadata of a route whose body is a form with one file.</summary>
internal sealed record FileRequest;

/// <summary>Metadata of a route with an optional body of this type.</summary>
internal sealed record OptionalRequest(Type Type);
