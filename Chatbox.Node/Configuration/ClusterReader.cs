using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chatbox.Node.Clustering;
using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Errors;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Configuration;

/// <summary>Reads the settings of the cluster and the certificate files that they name.</summary>
internal static class ClusterReader
{
    private static readonly Setting<string>[] TlsFiles =
    [
        ClusterSettings.TlsCertificate,
        ClusterSettings.TlsKey,
        ClusterSettings.TlsAuthority,
    ];

    private static readonly Setting[] TlsSettings = [.. TlsFiles, ClusterSettings.TlsMode];

    /// <param name="reader">Source of the settings; collects what is wrong with them.</param>
    /// <param name="workingDirectory">Base of relative paths.</param>
    public static ClusterNodeOptions Read(SettingReader reader, string workingDirectory)
    {
        var seeds = reader.Get(ClusterSettings.Seeds);
        var host = reader.Get(ClusterSettings.Host) is { Length: > 0 } named ? named : Dns.GetHostName();
        return new ClusterNodeOptions(seeds, new ClusterAddress(host, reader.Get(ClusterSettings.Port)))
        {
            DetectAfter = reader.Get(ClusterSettings.DetectAfter),
            Tls = seeds.Count > 0 ? Tls(reader, workingDirectory) : null,
        };
    }

    /// <summary>Checks the settings of the cluster against the other settings.</summary>
    public static void Check(SettingReader reader, NodeOptions options)
    {
        if (!options.Cluster.IsShared)
        {
            foreach (var setting in TlsSettings.Append(ClusterSettings.DetectAfter).Where(reader.IsSet))
                reader.Warn(setting.Key, $"has no effect: without {ClusterSettings.Seeds.Key} the node forms a cluster by itself");
            return;
        }

        if (options.Store.Kind == StoreKind.Sqlite)
            reader.Refuse(
                ClusterSettings.Seeds.Key,
                "needs a database that all nodes share: STORE=postgres and POSTGRES_URI, or STORE=mongodb and MONGO_URI"
            );
        if (options.IsDevelopment && !reader.IsSet(IdentitySettings.Secret) && !reader.IsSet(IdentitySettings.Authority))
            reader.Refuse(IdentitySettings.Secret.Key, "is missing: all nodes of a cluster need the same secret");
        if (!options.Cluster.Seeds.Contains(options.Cluster.Address))
            reader.Warn(
                ClusterSettings.Seeds.Key,
                $"does not name this node, {options.Cluster.Address}: the node can join a running cluster, but not form one"
            );
        if (options.Cluster.Tls is { Mode: ClusterTlsMode.Prefer })
            reader.Warn(
                ClusterSettings.TlsMode.Key,
                $"is prefer: until it is require, whoever reaches port {options.Cluster.Address.Port} can still read and do everything in this cluster"
            );
        if (options.Cluster.Tls is null && options.Cluster.Address.Host != IPAddress.Loopback.ToString())
            reader.Warn(
                ClusterSettings.TlsCertificate.Key,
                $"is not set: whoever reaches port {options.Cluster.Address.Port} can read and do everything in this cluster"
            );
    }

    private static ClusterTls? Tls(SettingReader reader, string workingDirectory)
    {
        var missing = TlsFiles.Where(file => reader.Get(file).Length == 0).ToList();
        if (missing.Count == TlsFiles.Length)
        {
            if (reader.IsSet(ClusterSettings.TlsMode))
                reader.Refuse(ClusterSettings.TlsMode.Key, $"needs {string.Join(", ", TlsFiles.Select(f => f.Key))}");
            return null;
        }

        foreach (var file in missing)
            reader.Refuse(file.Key, $"is missing: set {string.Join(", ", TlsFiles.Select(f => f.Key))} together");
        if (missing.Count > 0)
            return null;

        string Path(Setting<string> file) => System.IO.Path.GetFullPath(reader.Get(file), workingDirectory);
        var files = new ClusterTlsFiles(
            Path(ClusterSettings.TlsCertificate),
            Path(ClusterSettings.TlsKey),
            Path(ClusterSettings.TlsAuthority)
        );

        // The certificate and the key are loaded together: a mismatch shows only then.
        var certificate = Load(
            reader,
            ClusterSettings.TlsCertificate,
            () => X509Certificate2.CreateFromPemFile(files.Certificate, files.Key)
        );
        var authorities = Load(reader, ClusterSettings.TlsAuthority, () => ClusterCredentials.ReadAuthorities(files.Authorities));
        if (certificate is null || authorities is null)
            return null;
        var tls = new ClusterTls(files, reader.Get(ClusterSettings.TlsMode) ?? ClusterTlsMode.Require);
        var credentials = tls.Current;
        if (credentials.IsOnlyOutOfDate)
            reader.Warn(
                ClusterSettings.TlsCertificate.Key,
                $"is valid only from {credentials.Certificate.NotBefore:u} to {credentials.Certificate.NotAfter:u}, so the other nodes refuse this node."
                    + " Put a renewed certificate and its key into the same files; the node needs no restart"
            );
        else if (credentials.Weakness(credentials.Certificate) is { } weakness)
            reader.Refuse(ClusterSettings.TlsCertificate.Key, $"would be refused by the other nodes: {weakness}");
        return tls;
    }

    private static T? Load<T>(SettingReader reader, Setting<string> file, Func<T> load)
        where T : class
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            reader.Refuse(file.Key, $"{ErrorText.Quote(reader.Get(file))} cannot be used: {e.Message}");
            return null;
        }
    }
}
