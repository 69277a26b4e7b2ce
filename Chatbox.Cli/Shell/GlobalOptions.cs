using System.CommandLine;

namespace Chatbox.Cli.Shell;

/// <summary>The options of every command: the node to ask, its token, and the form of the output.</summary>
internal sealed class GlobalOptions
{
    private const string DefaultNode = "http://127.0.0.1:9110";

    private readonly Option<string> _node;
    private readonly Option<string?> _token;
    private readonly Option<string> _operator;

    /// <param name="environment">Returns the values of <c>PBM_NODE</c>, <c>PBM_TOKEN</c> and <c>PBM_OPERATOR</c>.</param>
    public GlobalOptions(Func<string, string?> environment)
    {
        _node = new Option<string>("--node", "-n")
        {
            Description = "Address of the node's operators' port. The default is PBM_NODE.",
            DefaultValueFactory = _ => environment("PBM_NODE") is { Length: > 0 } node ? node : DefaultNode,
            Recursive = true,
        };
        _node.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !TryAddress(result.Tokens[0].Value, out _))
                result.AddError($"--node: {result.Tokens[0].Value} is not an address such as {DefaultNode}.");
        });
        _token = new Option<string?>("--token")
        {
            Description =
                "Your token of OPERATOR_ACCOUNTS, or the node's OPERATOR_TOKEN. Prefer the variable PBM_TOKEN: other users of this machine can see a command line.",
            DefaultValueFactory = _ => environment("PBM_TOKEN"),
            Recursive = true,
        };
        _operator = new Option<string>("--operator")
        {
            Description =
                "The name under which the audit trail records you, unless your token has a name of its own. The default is PBM_OPERATOR, or the name of your account on this machine.",
            DefaultValueFactory = _ => environment("PBM_OPERATOR") is { Length: > 0 } name ? name : Environment.UserName,
            Recursive = true,
        };
    }

    public Option<bool> Json { get; } =
        new("--json") { Description = "Print the node's reply unchanged, as one line of JSON.", Recursive = true };

    public void AddTo(Command root)
    {
        root.Add(_node);
        root.Add(_token);
        root.Add(_operator);
        root.Add(Json);
    }

    /// <exception cref="CommandFailedException"><c>PBM_NODE</c> is not an address.</exception>
    public NodeClient Client(ParseResult line) =>
        TryAddress(line.GetValue(_node)!, out var node)
            ? new NodeClient(node, line.GetValue(_token), line.GetValue(_operator)!)
            : throw new CommandFailedException(
                ExitCode.Usage,
                $"PBM_NODE: {line.GetValue(_node)} is not an address such as {DefaultNode}."
            );

    private static bool TryAddress(string text, out Uri node) =>
        Uri.TryCreate(text.Contains("://") ? text : $"http://{text}", UriKind.Absolute, out node!) && node.Scheme is "http" or "https";
}
