using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Chatbox.Node.Clustering.Links;

/// <summary>
/// How the nodes of a cluster know each other at one moment: each shows a certificate that one of the cluster's own authorities has
/// signed, whoever opens the connection. The machine's list of public authorities counts for nothing here. The name in a certificate is
/// not looked at: nodes come and go with their addresses, and the authorities sign nothing but nodes.
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
        // Offline: looking for further certificates on the network would hold up the cluster.
        Context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    /// <summary>This node's certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate as a connection shows it, with the intermediate ones.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>When the certificate stops being good.</summary>
    public DateTimeOffset ExpiresAt => new(Certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);

    /// <exception cref="CryptographicException">A file does not hold what it should, or the key does not fit the certificate.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ClusterCredentials Read(ClusterTlsFiles files)
    {
        var certificate = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(files.Certificate);
        return new ClusterCredentials(certificate, [.. chain.Skip(1)], ReadAuthorities(files.Authorities));
    }

    /// <exception cref="CryptographicException">The file has no certificate in it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it has no certificate in it");
    }

    /// <summary>Judges the certificate that the other side of a connection shows.</summary>
    public bool Accepts(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors) =>
        Weakness(shown as X509Certificate2, chain?.ChainPolicy.ExtraStore) is null;

    /// <summary>Why a node that shows this certificate is not one of ours; null when it is.</summary>
    /// <param name="shown">The certificate; null if the node shows none.</param>
    /// <param name="intermediates">Further certificates that the node has sent.</param>
    public string? Weakness(X509Certificate2? shown, X509Certificate2Collection? intermediates = null)
    {
        if (shown is null)
            return "no certificate";
        var status = Verify(shown, intermediates);
        return status.Length == 0 ? null : string.Join(", ", status.Select(s => s.StatusInformation.Trim()).Distinct());
    }

    /// <summary>Whether nothing but its dates stands against this node's certificate: a newer one can take its place at any time.</summary>
    public bool IsOnlyOutOfDate =>
        Verify(Certificate, null) is { Length: > 0 } status && status.All(s => s.Status == X509ChainStatusFlags.NotTimeValid);

    private X509ChainStatus[] Verify(X509Certificate2 shown, X509Certificate2Collection? intermediates)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.ExtraStore.AddRange(intermediates ?? [.. Context.IntermediateCertificates]);
        // Authorities of this size publish no revocation lists, and looking for one would hold up the cluster.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(shown) ? [] : chain.ChainStatus;
    }
}
