using System.Text;
using Microsoft.AspNetCore.Http;

namespace Chatbox.Tests.Servers;

/// <summary>Takes the steps of one script on one response.</summary>
internal sealed class ModelScriptPlayer(HttpContext context, ModelScript script, ModelDialect dialect, CancellationToken gone)
{
    private bool _opened;

    public async Task PlayAsync()
    {
        foreach (var usage in script.Steps.OfType<ModelScript.UsageStep>())
            dialect.Use(usage.PromptTokens, usage.CompletionTokens);
        foreach (var step in script.Steps)
        {
            if (!await TakeAsync(step))
                return;
        }
    }

    /// <summary>False when the script ends here.</summary>
    private async Task<bool> TakeAsync(ModelScript.Step step)
    {
        switch (step)
        {
            case ModelScript.TextStep text:
                await SayAsync(dialect.Text(text.Text));
                return true;
            case ModelScript.ReplaceStep replace:
                await SayAsync(dialect.Replace(replace.Text));
                return true;
            case ModelScript.EndStep end:
                await SayAsync(dialect.End(end.FinishReason));
                return true;
            case ModelScript.ErrorStep error:
                await SayAsync(dialect.Error(error.Type));
                return false;
            case ModelScript.RawStep raw:
                await WriteAsync(raw.Bytes);
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

    private async Task SayAsync(IEnumerable<(string? Name, string Data)> events)
    {
        if (!_opened)
        {
            _opened = true;
            foreach (var (name, data) in dialect.Opening())
                await WriteAsync(Encoding.UTF8.GetBytes(Event(name, data)));
        }

        foreach (var (name, data) in events)
            await WriteAsync(Encoding.UTF8.GetBytes(Event(name, data)));
    }

    private string Event(string? name, string data) =>
        (name is null ? "" : $"event: {name}{script.NewLine}") + $"data: {data}{script.NewLine}{script.NewLine}";

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
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
