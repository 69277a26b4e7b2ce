using System.Text;
using System.Text.Json;
using Chatbox.Tests.Harness.Files;

namespace Chatbox.Tests.Contract.Clients;

/// <summary>
/// The scenarios that all clients share: <c>web/client/conformance/scenarios.json</c>. Each is a list of steps, which the runners of both clients play
/// against a real node.
/// </summary>
internal static class ConformanceSuite
{
    private static readonly Lazy<JsonElement> Document = new(() =>
        JsonSerializer.Deserialize<JsonElement>(Repository.Read("web/client/conformance/scenarios.json"))
    );

    /// <summary>The names of all scenarios.</summary>
    public static IReadOnlyList<string> Names => [.. Scenarios.Select(scenario => scenario.Text("name")!)];

    private static IEnumerable<JsonElement> Scenarios => Document.Value.GetProperty("scenarios").EnumerateArray();

    /// <summary>The steps of a scenario.</summary>
    public static IReadOnlyList<ConformanceStep> Steps(string name) =>
        [
            .. Scenarios
                .Single(scenario => scenario.Text("name") == name)
                .GetProperty("steps")
                .EnumerateArray()
                .Select(step => new ConformanceStep(step)),
        ];

    /// <summary>The pieces of the model's answer to each question.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Answers() =>
        Document
            .Value.GetProperty("answers")
            .EnumerateObject()
            .ToDictionary(answer => answer.Name, answer => PiecesOf(answer.Value), StringComparer.Ordinal);

    private static IReadOnlyList<string> PiecesOf(JsonElement answer) =>
        answer.TryGetProperty("pieces", out var pieces)
            ? [.. pieces.EnumerateArray().Select(piece => piece.GetString()!)]
            :
            [
                .. Enumerable
                    .Range(0, answer.GetProperty("lines").GetInt32())
                    .Select(n => $"{n} {new string('x', answer.GetProperty("characters").GetInt32())}\n"),
            ];
}

/// <summary>A step of a scenario.</summary>
internal readonly record struct ConformanceStep(JsonElement Json)
{
    /// <summary>What to do.</summary>
    public string Action => Text("do");

    /// <summary>The client that does it.</summary>
    public string Client => Text("client");

    public string Text(string name) => Json.GetProperty(name).GetString()!;

    public string? TextOrNull(string name) => Json.TryGetProperty(name, out var value) ? value.GetString() : null;

    public int? Number(string name) => Json.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    /// <summary>What a file of an upload holds: numbered lines of ten bytes, silence, or what the step says.</summary>
    public byte[] FileContent =>
        Number("samples") is { } samples ? Sounds.Wav(0, samples)
        : Number("bytes") is { } bytes
            ? Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, bytes / 10).Select(line => $"{line:D9}\n")))
        : Encoding.ASCII.GetBytes(Text("content"));

    public bool Has(string name) => Json.TryGetProperty(name, out _);

    public IReadOnlyList<string> Texts(string name) =>
        Json.TryGetProperty(name, out var values) ? [.. values.EnumerateArray().Select(value => value.GetString()!)] : [];

    public override string ToString() => Json.GetRawText();
}
