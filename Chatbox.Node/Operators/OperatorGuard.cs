using System.Net;
using System.Security.Cryptography;
using System.Text;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Operators;

/// <summary>Who may give orders: whoever shows the token or, where none is asked for, a program on this machine.</summary>
internal static class OperatorGuard
{
    private const string Scheme = "Bearer ";

    /// <param name="token"><c>OPERATOR_TOKEN</c>; empty for none.</param>
    /// <returns>Null for whoever may go on.</returns>
    public static IResult? Refuse(HttpContext http, string token)
    {
        // A page that an operator has open must not act for them.
        if (http.Request.Headers.ContainsKey("Origin") || http.Request.Headers.ContainsKey("Sec-Fetch-Site"))
            return ErrorResponse.Forbidden("Orders are not taken from web pages.");
        if (token.Length > 0)
            return Shows(http.Request.Headers.Authorization.ToString(), token)
                ? null
                : ErrorResponse.Unauthorized("The operators' token is needed (OPERATOR_TOKEN of the node).");
        // A page whose name leads to this machine is told apart by that name.
        return IsLoopback(http.Request.Host.Host) ? null : ErrorResponse.Forbidden("Orders are taken at a loopback address only.");
    }

    private static bool Shows(string authorization, string token) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(authorization[Scheme.Length..]), Encoding.UTF8.GetBytes(token));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
