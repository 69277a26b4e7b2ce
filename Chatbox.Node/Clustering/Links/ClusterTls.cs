using System.Security.Cryptography;

namespace Chatbox.Node.Clustering.Links;

/// <summary>Whether connections between nodes may be in clear (<c>CLUSTER_TLS_MODE</c>).</summary>
public enum ClusterTlsMode
{
    /// <summary>Every connection is over TLS, both ways.</summary>
    Require,

    /// <summary>TLS where the other node speaks it, else in clear: for the time in which the nodes get their certificates one by one.</summary>
    Prefer,
}

/// <summary>The three files (PEM) that make this node known to the others.</summary>
/// <param name="Certificate">This node's certificate, with intermediate ones behind it if there are any.</param>
/// <param name="Key">The certificate's private key.</param>
/// <param name="Authorities">The authorities that sign the nodes' certificates; old and new together while they change.</param>
public sealed record ClusterTlsFiles(string Certificate, string Key, string Authorities)
{
    public IEnumerable<string> All => [Certificate, Key, Authorities];
}

/// <summary>
/// This node's credentials in its cluster. The files are looked at whenever a connection opens: what has changed counts from then on, and
/// connections that are open stay open. A change that cannot be used (half-written files, a key that does not fit) is reported and leaves
/// the earlier credentials in force.
/// </summary>
public sealed class ClusterTls
{
    private readonly ClusterTlsFiles _files;
    private readonly Lock _gate = new();
    private ClusterCredentials _current;
    private string _stamp;

    /// <exception cref="CryptographicException">A file does not hold what it should, or the key does not fit the certificate.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public ClusterTls(ClusterTlsFiles files, ClusterTlsMode mode)
    {
        (_files, Mode) = (files, mode);
        _stamp = Stamp();
        _current = ClusterCredentials.Read(files);
    }

    public ClusterTlsMode Mode { get; }

    /// <summary>Called with the reason, once for each change of the files that cannot be used.</summary>
    public Action<Exception> Unusable { private get; set; } = _ => { };

    /// <summary>What the files hold now, or what they held last that can be used.</summary>
    public ClusterCredentials Current
    {
        get
        {
            lock (_gate)
            {
                if (Stamp() is var stamp && stamp != _stamp)
                    Reload(stamp);
                return _current;
            }
        }
    }

    private void Reload(string stamp)
    {
        // Noted before reading: files that change meanwhile are read again by the next connection.
        _stamp = stamp;
        try
        {
            _current = ClusterCredentials.Read(_files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            Unusable(e);
        }
    }

    /// <summary>Changes whenever one of the files does.</summary>
    private string Stamp() => string.Join('|', _files.All.Select(Stamp));

    private static string Stamp(string path)
    {
        try
        {
            // Kubernetes replaces a link to the folder, not the file.
            var file = new FileInfo(path);
            var target = file.Exists && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo linked ? linked : file;
            return $"{target.FullName} {target.LastWriteTimeUtc.Ticks} {target.Length}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "missing";
        }
    }
}
