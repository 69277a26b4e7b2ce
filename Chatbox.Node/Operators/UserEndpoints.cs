using Chatbox.Node.Endpoints;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Operators;

/// <summary>Disconnects users. The audit trail records this under the name of the operator.</summary>
internal sealed class UserEndpoints(UserDisconnection users)
{
    public void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
            "/users/disconnect",
            async (HttpContext http, string? user, string? jti) =>
                user is null ? QueryValues.Refuse(nameof(user), UserDisconnection.Expected) : await users.Disconnect(http, user, jti)
        );
}
