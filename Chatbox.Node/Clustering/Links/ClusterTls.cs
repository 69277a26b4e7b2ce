using System.Security.Cryptography;
using Chatbox.Node.Files;

namespace Chatbox.Node.Clustering.Links;

/// <summary>Whether connections between nodes may be in clear text (<c>CLUSTER_TLS_MODE</c>).</summary>
public enum ClusterTlsMode
{
    /// <summary>Every connection uses TLS.</summary>
    Require,

    /// <summary>TLS if the other node supports it, else clear text, while nodes get certificates one by one.</summary>
    Prefer,
}

/// <summary>The PEM files with the credentials of this node.</summary>
/// <param name="Certificate">Certificate of this node, followed by intermediate certificates.</param>
/// <param name="Key">Private key of the certificate.</param>
/// <param name="Authorities">Authorities that sign the certificates of nodes; old and new ones together during a change.</param>
public sealed record ClusterTlsFiles(string Certificate, string Key, string Authorities)
{
    public IEnumerable<string> All => [Certificate, Key, Authorities];
}

/// <summary>
/// The credentials of this node, which are reloaded when a connection opens and the files have changed. Open connections stay open. An invalid
/// change (partly written files, a key that does not match) is reported, and the earlier credentials stay in use.
/// </summary>
public sealed class ClusterTls
{
    private readonly ClusterTlsFiles _files;
    private readonly Lock _gate = new();
    private ClusterCredentials _current;
    private string _stamp;

    /// <exception cref="CryptographicException">A file has invalid content, or the key does not match the certificate.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public ClusterTls(ClusterTlsFiles files, ClusterTlsMode mode)
    {
        (_files, Mode) = (files, mode);
        _stamp = Stamp();
        _current = ClusterCredentials.Read(files);
    }

    public ClusterTlsMode Mode { get; }

    /// <summary>Called with the reason, once for each invalid change of the files.</summary>
    public Action<Exception> Unusable { private get; set; } = _ => { };

    /// <summary>The credentials in the files now, or the last valid ones.</summary>
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
        // Set before reading, so that the next connection reads files again that change meanwhile.
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

    /// <summary>A text that changes whenever one of the files changes.</summary>
    private string Stamp() => string.Join('|', _files.All.Select(FileStamp.Of));
}
