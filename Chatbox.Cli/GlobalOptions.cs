using System.CommandLine;

namespace Chatbox.Cli;

/// <summary>What every command takes.</summary>
internal sealed class GlobalOptions
{
    private const string DefaultNode = "http://127.0.0.1:9110";

    private readonly Option<string> _node;
    private readonly Option<string?> _token;

    /// <param name="environment">Reads <c>PBM_NODE</c> and <c>PBM_TOKEN</c>.</param>
    public GlobalOptions(Func<string, string?> environment)
    {
        _node = new Option<string>("--node", "-n")
        {
            Description = "Address of a node's operators' port; else PBM_NODE.",
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
            Description = "The node's OPERATOR_TOKEN, where it has one; better in PBM_TOKEN, which other users of the machine do not see.",
            DefaultValueFactory = _ => environment("PBM_TOKEN"),
            Recursive = true,
        };
    }

    public Option<bool> Json { get; } =
        new("--json") { Description = "Print what the node says, one JSON document on a line.", Recursive = true };

    public void AddTo(Command root)
    {
        root.Add(_node);
        root.Add(_token);
        root.Add(Json);
    }

    /// <exception cref="CommandFailedException">The environment names no address.</exception>
    public NodeClient Client(ParseResult line) =>
        TryAddress(line.GetValue(_node)!, out var node)
            ? new NodeClient(node, line.GetValue(_token))
            : throw new CommandFailedException(
                ExitCode.Usage,
                $"PBM_NODE: {line.GetValue(_node)} is not an address such as {DefaultNode}."
            );

    private static bool TryAddress(string text, out Uri node) =>
        Uri.TryCreate(text.Contains("://") ? text : $"http://{text}", UriKind.Absolute, out node!) && node.Scheme is "http" or "https";
}
