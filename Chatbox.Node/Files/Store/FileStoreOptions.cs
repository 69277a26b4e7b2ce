namespace Chatbox.Node.Files.Store;

/// <summary>Where files are stored, and how their addresses are signed. Its text contains no secret.</summary>
public sealed record FileStoreOptions
{
    /// <summary>
    /// Full path of the folder of files (<c>FILES_DIR</c>), not used with <see cref="S3"/>; null for a cluster that names none. Without both,
    /// files are refused.
    /// </summary>
    public required string? Folder { get; init; }

    /// <summary>The bucket of files; null for the folder.</summary>
    public S3Options? S3 { get; init; }

    /// <summary>
    /// Secret from which the key of addresses is derived, the same on all nodes (<c>FILE_URL_SECRET</c>, else <c>JWT_SECRET</c>); null for a
    /// new one at each start, which is enough for a node without others.
    /// </summary>
    public string? UrlSecret { get; init; }

    /// <summary>Time for which an address is good (<c>FILE_URL_LIFETIME</c>).</summary>
    public TimeSpan UrlLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>What every address begins with: <c>PUBLIC_URL</c> and the path prefix, or the path prefix alone.</summary>
    public required string UrlPrefix { get; init; }

    /// <summary>Sources from which pages load files besides the origin of their node, as a content security policy names them.</summary>
    /// <param name="isSealing">Whether files are encrypted, so that the node serves them itself.</param>
    internal IReadOnlyList<string> SourcesOfPages(bool isSealing) =>
        [
            .. Uri.TryCreate(UrlPrefix, UriKind.Absolute, out var address) && address.Scheme != Uri.UriSchemeFile
                ? [address.GetLeftPart(UriPartial.Authority)]
                : Array.Empty<string>(),
            .. isSealing ? [] : S3?.DownloadSources ?? [],
        ];

    // The generated text of a record would put the secret into logs.
    public override string ToString() => S3 is { } bucket ? $"files in {bucket}" : "files in a folder";
}
