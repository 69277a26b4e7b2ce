using System.CommandLine;
using Chatbox.Cli.Shell;

namespace Chatbox.Cli.Commands;

/// <summary>The commands about users.</summary>
internal static class UserCommands
{
    public static Command User(CommandFactory factory)
    {
        var user = new Argument<string>("id") { Description = "The user's id, as in the token's user_id." };
        var token = new Option<string?>("--jti") { Description = "Withdraw only the token with this id." };
        return CommandFactory.Group(
            "user",
            "Commands about users. The audit trail records each of them under your name.",
            factory.Command(
                "disconnect",
                "Withdraws all tokens issued to a user so far, and closes the user's sockets on all nodes.",
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
