using System.Text;
using Microsoft.AspNetCore.Http;

namespace Chatbox.Tests.Servers;

/// <summary>Plays the steps of a script on one response.</summary>
internal sealed class ModelScriptPlayer(HttpContext context, ModelScript script, ModelDialect dialect, CancellationToken gone)
{
    private bool _opened;

    public async Task Play()
    {
        foreach (var usage in script.Steps.OfType<ModelScript.UsageStep>())
            dialect.Use(usage.PromptTokens, usage.CompletionTokens);
        foreach (var step in script.Steps)
        {
            if (!await Take(step))
                return;
        }
    }

    /// <summary>Plays a step; returns false when the script ends with it.</summary>
    private async Task<bool> Take(ModelScript.Step step)
    {
        switch (step)
        {
            case ModelScript.TextStep text:
                await Say(dialect.Text(text.Text));
                return true;
            case ModelScript.ReplaceStep replace:
                await Say(dialect.Replace(replace.Text));
                return true;
            case ModelScript.EndStep end:
                await Say(dialect.End(end.FinishReason));
                return true;
            case ModelScript.ErrorStep error:
                await Say(dialect.Error(error.Type));
                return false;
            case ModelScript.RawStep raw:
                await Write(raw.Bytes);
                return true;
            case ModelScript.WaitStep wait:
                await wait.Gate.WaitAsync(gone);
                return true;
            case ModelScript.DelayStep delay:
                await Task.Delay(delay.Delay, gone);
                return true;
            case ModelScript.UsageStep:
                return true;
            case ModelScript.CutStep:
                context.Abort();
                return false;
            default:
                throw new InvalidOperationException($"No script has the step {step.GetType().Name}.");
        }
    }

    private async Task Say(IEnumerable<(string? Name, string Data)> events)
    {
        if (!_opened)
        {
            _opened = true;
            foreach (var (name, data) in dialect.Opening())
                await Write(Encoding.UTF8.GetBytes(Event(name, data)));
        }

        foreach (var (name, data) in events)
            await Write(Encoding.UTF8.GetBytes(Event(name, data)));
    }

    private string Event(string? name, string data) =>
        (name is null ? "" : $"event: {name}{script.NewLine}") + $"data: {data}{script.NewLine}{script.NewLine}";

    private async Task Write(ReadOnlyMemory<byte> bytes)
    {
        if (!context.Response.HasStarted)
            context.Response.ContentType = "text/event-stream; charset=utf-8";
        for (var start = 0; start < bytes.Length; start += Math.Min(script.ChunkBytes, bytes.Length - start))
        {
            await context.Response.Body.WriteAsync(bytes.Slice(start, Math.Min(script.ChunkBytes, bytes.Length - start)), gone);
            await context.Response.Body.FlushAsync(gone);
        }
    }
}
