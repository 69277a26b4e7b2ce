using System.CommandLine;

namespace Chatbox.Cli.Commands;

internal static class UserCommands
{
    public static Command User(CommandFactory factory)
    {
        var user = new Argument<string>("id") { Description = "The user_id." };
        var token = new Option<string?>("--jti") { Description = "Withdraw only the token with this id." };
        return CommandFactory.Group(
            "user",
            "People. Whatever is done stands in the audit trail, under the name operator.",
            factory.Command(
                "disconnect",
                "Withdraws every token of a user that was issued so far, and closes the sockets, on all nodes.",
                HttpMethod.Post,
                line =>
                    $"users/disconnect?user={Uri.EscapeDataString(line.GetValue(user)!)}"
                    + (line.GetValue(token) is { } id ? $"&jti={Uri.EscapeDataString(id)}" : ""),
                new View(null, "user_id", "jti", "issued_before"),
                user,
                token
            )
        );
    }
}
