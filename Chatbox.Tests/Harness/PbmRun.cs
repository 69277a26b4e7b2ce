using System.Text.Json;
using Chatbox.Cli;
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

    /// <param name="input">The standard input of an interactive call, which has no arguments.</param>
    public static async Task<PbmRun> With(Uri node, string? token, string input, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var environment = new Dictionary<string, string?> { ["PBM_NODE"] = node.ToString(), ["PBM_TOKEN"] = token };
        var exit = await new Pbm(new StringReader(input), output, error, environment.GetValueOrDefault).Run(arguments);
        return new PbmRun(exit, output.ToString(), error.ToString());
    }

    public static Uri AddressOf(TestNode node) => node.Services.GetRequiredService<OperatorServer>().Address;
}
