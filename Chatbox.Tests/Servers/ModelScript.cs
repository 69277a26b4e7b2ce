using System.Collections.Immutable;
using System.Text;

namespace Chatbox.Tests.Servers;

/// <summary>
/// The behaviour of a <see cref="ScriptedModelServer"/> for one request, in any provider's dialect: a refusal, or a response with status
/// 200 and a sequence of steps. Immutable; each call returns a longer script.
/// </summary>
public sealed record ModelScript
{
    private ModelScript() { }

    internal int Status { get; private init; } = 200;

    internal string? Body { get; private init; }

    internal ImmutableList<(string Name, string Value)> Headers { get; private init; } = [];

    internal ImmutableList<Step> Steps { get; private init; } = [];

    internal string NewLine { get; private init; } = "\n";

    internal int ChunkBytes { get; private init; } = int.MaxValue;

    /// <summary>Begins a streamed answer. The first step that writes sends the headers.</summary>
    public static ModelScript Begin() => new();

    /// <summary>A complete answer with finish reason <c>stop</c>, 7 prompt tokens and one completion token per piece.</summary>
    public static ModelScript Answer(params string[] pieces) => Begin().Pieces(pieces).Usage(7, pieces.Length).End();

    /// <summary>A refusal with the provider's usual error body.</summary>
    public static ModelScript Refuse(int status, params (string Name, string Value)[] headers) =>
        new() { Status = status, Headers = [.. headers] };

    /// <summary>A refusal with the given body.</summary>
    public static ModelScript RefuseWith(int status, string body) => new() { Status = status, Body = body };

    /// <summary>Accepts the request and never answers.</summary>
    public static ModelScript Silence() => Begin().Hang();

    /// <summary>Sends pieces of text, each in its own event and write.</summary>
    public ModelScript Pieces(params string[] pieces) => With(pieces.Select(piece => (Step)new TextStep(piece)));

    /// <summary>Continues when the gate completes.</summary>
    public ModelScript Wait(Task gate) => With([new WaitStep(gate)]);

    /// <summary>Pauses in real time. For load only; use <see cref="Wait"/> to control an order of events.</summary>
    public ModelScript Delay(TimeSpan delay) => With([new DelayStep(delay)]);

    /// <summary>Sets the usage that the end reports; without this call the end reports none.</summary>
    public ModelScript Usage(int promptTokens, int completionTokens) => With([new UsageStep(promptTokens, completionTokens)]);

    /// <summary>
    /// Ends the answer as the provider does. The reason is one of OpenAI's: <c>stop</c>, <c>length</c>, <c>content_filter</c>.
    /// </summary>
    public ModelScript End(string finishReason = "stop") => With([new EndStep(finishReason)]);

    /// <summary>Reports an error inside the stream, as the provider does after a status of 200; nothing follows.</summary>
    public ModelScript Error(string type = "overloaded_error") => With([new ErrorStep(type)]);

    /// <summary>Sends raw bytes, such as comments, broken JSON or unknown events.</summary>
    public ModelScript Raw(string text) => Raw(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Raw(string)"/>
    public ModelScript Raw(byte[] bytes) => With([new RawStep(bytes)]);

    /// <summary>Replaces the text sent so far, as Dify's moderation does.</summary>
    public ModelScript Replace(string text) => With([new ReplaceStep(text)]);

    /// <summary>
    /// Cuts the connection. Bytes written just before may be lost; a test that needs them adds a <see cref="Wait"/> before the cut and
    /// completes it when the text has arrived.
    /// </summary>
    public ModelScript Cut() => With([new CutStep()]);

    /// <summary>Stays connected without sending anything until the client disconnects.</summary>
    public ModelScript Hang() => With([new WaitStep(new TaskCompletionSource().Task)]);

    /// <summary>Ends lines with CR LF.</summary>
    public ModelScript CrLf() => this with { NewLine = "\r\n" };

    /// <summary>Splits every write into chunks of this many bytes, each flushed, so that characters and lines break anywhere.</summary>
    public ModelScript InChunksOf(int bytes) => this with { ChunkBytes = bytes };

    private ModelScript With(IEnumerable<Step> steps) => this with { Steps = Steps.AddRange(steps) };

    internal abstract record Step;

    internal sealed record TextStep(string Text) : Step;

    internal sealed record ReplaceStep(string Text) : Step;

    internal sealed record WaitStep(Task Gate) : Step;

    internal sealed record DelayStep(TimeSpan Delay) : Step;

    internal sealed record UsageStep(int PromptTokens, int CompletionTokens) : Step;

    internal sealed record EndStep(string FinishReason) : Step;

    internal sealed record ErrorStep(string Type) : Step;

    internal sealed record RawStep(byte[] Bytes) : Step;

    internal sealed record CutStep : Step;
}
