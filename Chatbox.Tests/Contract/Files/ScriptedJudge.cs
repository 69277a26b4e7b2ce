using Chatbox.Node.Files.Judging;

namespace Chatbox.Tests.Contract.Files;

/// <summary>A judge that accepts every file as text, unless the test says otherwise.</summary>
internal sealed class ScriptedJudge : IFileJudge
{
    public Func<SpooledFile, FileVerdict> Verdict { get; set; } =
        file => new FileVerdict.Accepted(file.Name, "text/plain", file.Content, null, null);

    /// <summary>Ends before the judge says anything.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    public async Task<FileVerdict> Judge(SpooledFile file, CancellationToken cancellationToken)
    {
        await Until.WaitAsync(cancellationToken);
        // As a real judge does, it leaves the position anywhere.
        file.Content.Position = Math.Min(5, file.Content.Length);
        return Verdict(file);
    }
}
