using Chatbox.Node.Files.Scanning;
using Chatbox.Tests.Harness.Files;

namespace Chatbox.Tests.Unit.Files.Scanning;

/// <summary>Scanning with a program of the operator.</summary>
public sealed class CommandScannerTests
{
    [Fact]
    public async Task Exit_code_0_is_clean_and_1_is_malware_with_its_name()
    {
        Assert.Null((await Scan(["sh", "-c", "cat >/dev/null"], "good")).Malware);
        Assert.Equal("Evil.Thing", (await Scan(["sh", "-c", "cat >/dev/null; echo Evil.Thing; exit 1"], "x")).Malware);
    }

    [Fact]
    public async Task Another_exit_code_or_no_program_is_unavailable()
    {
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => Scan(["sh", "-c", "exit 2"], new string('x', 1_000_000)));
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => Scan(["/nonexistent/scanner"], "x"));
    }

    [Fact]
    public async Task The_program_does_not_see_the_secrets_of_the_node()
    {
        Environment.SetEnvironmentVariable("CHATBOX_TEST_SCANNER_SECRET", "secret");

        Assert.Null((await Scan(["sh", "-c", "test -z \"$CHATBOX_TEST_SCANNER_SECRET\" && test -n \"$PATH\""], "x")).Malware);
    }

    [Fact]
    public async Task A_program_that_never_ends_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        var marker = Path.GetTempFileName();
        var scanning = new CommandScanner(["sh", "-c", $"echo $$ > {marker}; exec tail -f /dev/null"]).Scan(
            new MemoryStream([1]),
            stop.Token
        );
        while (new FileInfo(marker).Length == 0)
            await Task.Yield();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scanning);
        Assert.False(Directory.Exists($"/proc/{File.ReadAllText(marker).Trim()}/fd"));
        File.Delete(marker);
    }

    private static async Task<ScanResult> Scan(string[] command, string text)
    {
        using var content = new MemoryStream(SampleFiles.Text(text));
        return await new CommandScanner(command).Scan(content, CancellationToken.None);
    }
}
