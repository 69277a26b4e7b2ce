namespace Chatbox.Node.Files.Scanning;

/// <summary>A program outside the node that looks for malware.</summary>
internal interface IFileScanner
{
    /// <summary>Scans a whole content from its start.</summary>
    /// <exception cref="ScannerUnavailableException">The scanner cannot be reached, or says that it could not scan. The message says why.</exception>
    /// <exception cref="OperationCanceledException">The caller's deadline has passed.</exception>
    Task<ScanResult> Scan(Stream content, CancellationToken cancellationToken);
}

/// <summary>What a scanner found.</summary>
/// <param name="Malware">The scanner's name for what it found; null if it found nothing.</param>
internal sealed record ScanResult(string? Malware);

/// <summary>The scanner did not scan. The message is for operators.</summary>
internal sealed class ScannerUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
