using System.Diagnostics;
using System.Globalization;
using System.Text;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Files.Texts;

/// <summary>Reads texts itself, and starts a process for each document that a library must read.</summary>
internal sealed partial class TextExtractor(TextOptions options, FileJudgeMetrics metrics, TimeProvider clock, ILogger<TextExtractor> log)
    : ITextExtractor,
        IDisposable
{
    // What a .NET process needs to start. The rest of the node's environment holds its secrets.
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG", "TMPDIR", "TEMP", "SystemRoot", "DOTNET_ROOT"];

    private readonly SemaphoreSlim _workers = new(options.Workers);

    public async Task<FileText?> Extract(string mimeType, Stream content, CancellationToken cancellationToken) =>
        mimeType switch
        {
            "text/plain" or "text/markdown" or "text/csv" or "application/json" => await Plain(content, cancellationToken),
            "application/pdf" => await Document(DocumentKind.Pdf, content, cancellationToken),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => await Document(
                DocumentKind.Docx,
                content,
                cancellationToken
            ),
            _ => null,
        };

    public void Dispose() => _workers.Dispose();

    private async Task<FileText> Plain(Stream content, CancellationToken cancellationToken)
    {
        // A character has at most 4 bytes. Two more show whether there is more.
        var start = new byte[4 * (options.MostCharacters + 2L)];
        var length = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        using var sample = new MemoryStream(start, 0, length);
        var encoding = length < start.Length ? TextEncodings.Of(sample, cancellationToken) : OfPart(start, cancellationToken);
        sample.Position = 0;
        using var reader = new StreamReader(sample, encoding);
        return Cut(await reader.ReadToEndAsync(cancellationToken));
    }

    /// <summary>The encoding of a text that was cut, perhaps in the middle of a character.</summary>
    private static Encoding OfPart(byte[] start, CancellationToken cancellationToken)
    {
        var end = start.Length;
        while (end > start.Length - 4 && (start[end - 1] & 0xC0) == 0x80)
            end--;
        using var whole = new MemoryStream(start, 0, start[end - 1] >= 0xC0 ? end - 1 : start.Length);
        return TextEncodings.Of(whole, cancellationToken);
    }

    private async Task<FileText?> Document(DocumentKind kind, Stream content, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _workers.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed("timeout", "all workers were busy");
        }
        try
        {
            return await Run(kind, content, either.Token) is { } output ? Parse(output) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed("timeout", $"it took longer than {options.Timeout.TotalSeconds} s");
        }
        finally
        {
            _workers.Release();
        }
    }

    private async Task<string?> Run(DocumentKind kind, Stream content, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Command(kind))!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            if (!await Send(content, process.StandardInput.BaseStream, cancellationToken))
            {
                Failed("size", $"it has more than {options.MostBytes} bytes");
                return null;
            }
            process.StandardInput.Close();
            await Task.WhenAll(output, errors, process.WaitForExitAsync(cancellationToken));
            if (process.ExitCode == 0)
                return await output;
            Failed("damaged", (await errors).Split('\n')[0].Trim());
            return null;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private async Task<bool> Send(Stream content, Stream input, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        long sent = 0;
        try
        {
            for (var read = 1; (read = await content.ReadAsync(buffer, cancellationToken)) > 0; )
            {
                if ((sent += read) > options.MostBytes)
                    return false;
                await input.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        catch (IOException)
        {
            // The process has ended; its exit code says how.
        }
        return true;
    }

    private ProcessStartInfo Command(DocumentKind kind)
    {
        var (program, first) = NodeProgram();
        string[] arguments =
        [
            .. first,
            TextCommand.Name,
            $"{kind}",
            "--pages",
            $"{options.MostPages}",
            "--characters",
            $"{options.MostCharacters}",
        ];
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var name in start.Environment.Keys.Except(Inherited).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_GCHeapHardLimit"] = options.MostMemory.ToString("x", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return start;
    }

    /// <summary>How to start the program of the node: by its own executable if there is one, else by .NET's.</summary>
    private static (string Program, string[] Arguments) NodeProgram()
    {
        var assembly = typeof(TextExtractor).Assembly;
        var executable = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name! + (OperatingSystem.IsWindows() ? ".exe" : ""));
        return Environment.ProcessPath == executable ? (executable, []) : ("dotnet", [assembly.Location]);
    }

    /// <summary>Reads the output of the process: the number of pages, and the text behind it.</summary>
    private FileText Parse(string output)
    {
        var end = output.IndexOf('\n');
        var pages = int.Parse(output.AsSpan(0, end), CultureInfo.InvariantCulture);
        return Cut(output[(end + 1)..]) with { Pages = pages > 0 ? pages : null };
    }

    private FileText Cut(string text)
    {
        if (text.Length <= options.MostCharacters)
            return new FileText(text, IsWhole: true);
        var end = char.IsHighSurrogate(text[options.MostCharacters - 1]) ? options.MostCharacters - 1 : options.MostCharacters;
        return new FileText(text[..end].TrimEnd(), IsWhole: false);
    }

    private FileText? Failed(string reason, string detail)
    {
        metrics.TextFailed(reason);
        NotRead(detail);
        return null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The text of a document was not read: {Detail}")]
    private partial void NotRead(string detail);
}
