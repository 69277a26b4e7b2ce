using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Chatbox.Node.Configuration;

/// <summary>
/// How the nodes of a cluster know each other: each shows a certificate that one of the cluster's own authorities has signed, whoever
/// opens the connection. The machine's list of public authorities counts for nothing here. The name in a certificate is not looked at:
/// nodes come and go with their addresses, and the authorities sign nothing but nodes.
/// </summary>
public sealed class ClusterTls(X509Certificate2 certificate, X509Certificate2Collection authorities)
{
    /// <summary>This node's, with its private key.</summary>
    public X509Certificate2 Certificate => certificate;

    /// <exception cref="CryptographicException">The file has no certificate in it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it has no certificate in it");
    }

    /// <summary>Why a node that shows this certificate is not one of ours; null when it is.</summary>
    public string? Weakness(X509Certificate2? shown)
    {
        if (shown is null)
            return "no certificate";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // Authorities of this size publish no lists, and looking for one would hold up the cluster.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(shown)
            ? null
            : string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct());
    }
}
