using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Chatbox.Node.Clustering.Links;

/// <summary>
/// The certificate of this node and the authorities of the cluster. Both ends of a connection must present a certificate that one of these
/// authorities has signed; public authorities are not accepted. Names in certificates are not checked, because addresses of nodes change,
/// and the authorities sign nothing but nodes.
/// </summary>
public sealed class ClusterCredentials
{
    private readonly X509Certificate2Collection _authorities;

    private ClusterCredentials(
        X509Certificate2 certificate,
        X509Certificate2Collection intermediates,
        X509Certificate2Collection authorities
    )
    {
        (Certificate, _authorities) = (certificate, authorities);
        // Offline: downloading further certificates would delay the cluster.
        Context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    /// <summary>The certificate of this node with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate that connections present, with intermediate certificates.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>The names of the accepted authorities, in a fixed order.</summary>
    public IReadOnlyList<string> Authorities =>
        [.. _authorities.Select(a => $"{a.Subject} ({a.Thumbprint[..8]})").Order(StringComparer.Ordinal)];

    /// <summary>Expiry of the certificate.</summary>
    public DateTimeOffset ExpiresAt => new(Certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);

    /// <exception cref="CryptographicException">A file has invalid content, or the key does not match the certificate.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ClusterCredentials Read(ClusterTlsFiles files)
    {
        var certificate = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(files.Certificate);
        return new ClusterCredentials(certificate, [.. chain.Skip(1)], ReadAuthorities(files.Authorities));
    }

    /// <exception cref="CryptographicException">The file contains no certificate.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it contains no certificate");
    }

    /// <summary>Whether the certificate of the other end of a connection is accepted.</summary>
    public bool Accepts(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors) =>
        Weakness(shown as X509Certificate2, chain?.ChainPolicy.ExtraStore) is null;

    /// <summary>Why a certificate is not accepted; null if it is accepted.</summary>
    /// <param name="shown">The certificate; null if the node presents none.</param>
    /// <param name="intermediates">Further certificates that the node has sent.</param>
    public string? Weakness(X509Certificate2? shown, X509Certificate2Collection? intermediates = null)
    {
        if (shown is null)
            return "no certificate";
        var status = Verify(shown, intermediates);
        return status.Length == 0 ? null : string.Join(", ", status.Select(s => s.StatusInformation.Trim()).Distinct());
    }

    /// <summary>
    /// Whether the certificate of this node is invalid because of its dates only, which a renewal without a restart fixes.
    /// </summary>
    public bool IsOnlyOutOfDate =>
        Verify(Certificate, null) is { Length: > 0 } status && status.All(s => s.Status == X509ChainStatusFlags.NotTimeValid);

    private X509ChainStatus[] Verify(X509Certificate2 shown, X509Certificate2Collection? intermediates)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.ExtraStore.AddRange(intermediates ?? [.. Context.IntermediateCertificates]);
        // Private authorities publish no revocation lists, and looking for them would delay the cluster.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(shown) ? [] : chain.ChainStatus;
    }
}
