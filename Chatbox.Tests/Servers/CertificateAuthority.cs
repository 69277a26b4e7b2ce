using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Chatbox.Tests.Servers;

/// <summary>Signs certificates of nodes and stores them as PEM files in a folder.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private readonly string _folder;
    private readonly X509Certificate2 _certificate;

    public CertificateAuthority(string folder, string name)
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(2));
        File = Write($"{name}.pem", _certificate.ExportCertificatePem());
    }

    /// <summary>The path of the authority's own certificate.</summary>
    public string File { get; }

    /// <summary>Signs a certificate for a node and returns the paths of the certificate and of its key.</summary>
    /// <param name="days">The validity from now on; a negative number for an expired certificate.</param>
    public (string Certificate, string Key) Sign(string name, double days = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.Create(_certificate, Now.AddDays(-1.5), Now.AddDays(days), RandomNumberGenerator.GetBytes(8));
        return (Write($"{name}.pem", certificate.ExportCertificatePem()), Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    public void Dispose() => _certificate.Dispose();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private string Write(string name, string pem)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, pem);
        return path;
    }
}
