using System.Text.Json;
using Chatbox.Cli;
using Chatbox.Cli.Shell;
using Chatbox.Node.Operators;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Harness;

/// <summary>The result of one call of <c>pbm</c>.</summary>
internal sealed record PbmRun(int Exit, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Calls <c>pbm</c> against a node.</summary>
    public static Task<PbmRun> Of(TestNode node, params string[] arguments) => At(AddressOf(node), arguments);

    /// <inheritdoc cref="Of" />
    public static Task<PbmRun> At(Uri node, params string[] arguments) => With(node, null, "", arguments);

    /// <param name="input">The standard input, not from a terminal: the commands of a call without arguments.</param>
    public static Task<PbmRun> With(Uri node, string? token, string input, params string[] arguments) =>
        Run(node, token, input, isInteractive: false, arguments);

    /// <summary>Calls <c>pbm</c> at a terminal, where a person writes the input.</summary>
    public static Task<PbmRun> Typed(TestNode node, string input, params string[] arguments) =>
        Run(AddressOf(node), null, input, isInteractive: true, arguments);

    public static Uri AddressOf(TestNode node) => node.Services.GetRequiredService<OperatorServer>().Address;

    private static async Task<PbmRun> Run(Uri node, string? token, string input, bool isInteractive, string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var environment = new Dictionary<string, string?> { ["PBM_NODE"] = node.ToString(), ["PBM_TOKEN"] = token };
        var exit = await new Pbm(new Terminal(new StringReader(input), output, error, isInteractive), environment.GetValueOrDefault).Run(
            arguments
        );
        return new PbmRun(exit, output.ToString(), error.ToString());
    }
}
