using System.Collections.Immutable;
using System.Text;

namespace Chatbox.Tests.Servers;

/// <summary>
/// What a <see cref="ScriptedModelServer"/> does with one request, whichever provider's language it comes in: either refuses it, or
/// answers 200 and takes the steps one after the other. Immutable; each call adds to the script and returns the longer one.
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

    /// <summary>Starts a streamed answer; headers go out with the first step that writes.</summary>
    public static ModelScript Begin() => new();

    /// <summary>A whole answer with finish reason <c>stop</c> and the usage 7 and one completion token per piece.</summary>
    public static ModelScript Answer(params string[] pieces) => Begin().Pieces(pieces).Usage(7, pieces.Length).End();

    /// <summary>A refusal with the provider's usual error body.</summary>
    public static ModelScript Refuse(int status, params (string Name, string Value)[] headers) =>
        new() { Status = status, Headers = [.. headers] };

    /// <summary>A refusal with a body of the test's own.</summary>
    public static ModelScript RefuseWith(int status, string body) => new() { Status = status, Body = body };

    /// <summary>Takes the request and never answers.</summary>
    public static ModelScript Silence() => Begin().Hang();

    /// <summary>Pieces of text, each in an event and a write of its own.</summary>
    public ModelScript Pieces(params string[] pieces) => With(pieces.Select(piece => (Step)new TextStep(piece)));

    /// <summary>Goes on only when the test says so.</summary>
    public ModelScript Wait(Task gate) => With([new WaitStep(gate)]);

    /// <summary>A pause in real time; for load, not for tests of what happens when.</summary>
    public ModelScript Delay(TimeSpan delay) => With([new DelayStep(delay)]);

    /// <summary>Numbers the end will report; without this call it reports none.</summary>
    public ModelScript Usage(int promptTokens, int completionTokens) => With([new UsageStep(promptTokens, completionTokens)]);

    /// <summary>The provider's proper end. The reason is OpenAI's word: <c>stop</c>, <c>length</c>, <c>content_filter</c>.</summary>
    public ModelScript End(string finishReason = "stop") => With([new EndStep(finishReason)]);

    /// <summary>The provider's way to report an error inside a stream that began with 200; nothing follows.</summary>
    public ModelScript Error(string type = "overloaded_error") => With([new ErrorStep(type)]);

    /// <summary>Bytes as they are: comments, broken JSON, foreign events.</summary>
    public ModelScript Raw(string text) => Raw(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Raw(string)"/>
    public ModelScript Raw(byte[] bytes) => With([new RawStep(bytes)]);

    /// <summary>Dify's moderation: this text instead of what was sent.</summary>
    public ModelScript Replace(string text) => With([new ReplaceStep(text)]);

    /// <summary>
    /// Cuts the connection. What was written just before may be lost with it, so a test that counts on it puts a <see cref="Wait"/> in
    /// between and releases it when the text has arrived.
    /// </summary>
    public ModelScript Cut() => With([new CutStep()]);

    /// <summary>Stays connected and says nothing more until the client goes.</summary>
    public ModelScript Hang() => With([new WaitStep(new TaskCompletionSource().Task)]);

    /// <summary>Lines end in CR LF.</summary>
    public ModelScript CrLf() => this with { NewLine = "\r\n" };

    /// <summary>Every write goes out in chunks of so many bytes, each flushed: characters and lines break anywhere.</summary>
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
