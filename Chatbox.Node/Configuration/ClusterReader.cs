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

/// <summary>Reads this node's place in its cluster, with the files that it names.</summary>
internal static class ClusterReader
{
    private static readonly Setting<string>[] TlsFiles =
    [
        ClusterSettings.TlsCertificate,
        ClusterSettings.TlsKey,
        ClusterSettings.TlsAuthority,
    ];

    private static readonly Setting[] TlsSettings = [.. TlsFiles, ClusterSettings.TlsMode];

    /// <param name="reader">Where the settings are, and where it is said what is wrong with them.</param>
    /// <param name="workingDirectory">What relative paths start from.</param>
    public static ClusterNodeOptions Read(SettingReader reader, string workingDirectory)
    {
        var seeds = reader.Get(ClusterSettings.Seeds);
        var host = reader.Get(ClusterSettings.Host) is { Length: > 0 } named ? named : Dns.GetHostName();
        return new ClusterNodeOptions(seeds, new ClusterAddress(host, reader.Get(ClusterSettings.Port)))
        {
            Tls = seeds.Count > 0 ? Tls(reader, workingDirectory) : null,
        };
    }

    /// <summary>What must hold between the cluster's settings and the others.</summary>
    public static void Check(SettingReader reader, NodeOptions options)
    {
        if (!options.Cluster.IsShared)
        {
            foreach (var setting in TlsSettings.Where(reader.IsSet))
                reader.Warn(setting.Key, $"is not used: a node without {ClusterSettings.Seeds.Key} talks to no other");
            return;
        }

        if (options.Store.Kind == StoreKind.Sqlite)
            reader.Refuse(
                ClusterSettings.Seeds.Key,
                "needs a store that all nodes share: STORE=postgres and POSTGRES_URI, or STORE=mongodb and MONGO_URI"
            );
        if (options.IsDevelopment && !reader.IsSet(IdentitySettings.Secret) && !reader.IsSet(IdentitySettings.Authority))
            reader.Refuse(IdentitySettings.Secret.Key, "is missing: all nodes of a cluster need the same one");
        if (!options.Cluster.Seeds.Contains(options.Cluster.Address))
            reader.Warn(
                ClusterSettings.Seeds.Key,
                $"does not name this node, {options.Cluster.Address}: it can only join a cluster that is there"
            );
        if (options.Cluster.Tls is { Mode: ClusterTlsMode.Prefer })
            reader.Warn(
                ClusterSettings.TlsMode.Key,
                $"is prefer: whoever reaches port {options.Cluster.Address.Port} can still read and do everything in this cluster, until it is require"
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
            reader.Refuse(file.Key, $"is missing: {string.Join(", ", TlsFiles.Select(f => f.Key))} go together");
        if (missing.Count > 0)
            return null;

        string Path(Setting<string> file) => System.IO.Path.GetFullPath(reader.Get(file), workingDirectory);
        var files = new ClusterTlsFiles(
            Path(ClusterSettings.TlsCertificate),
            Path(ClusterSettings.TlsKey),
            Path(ClusterSettings.TlsAuthority)
        );

        // The key with the certificate, since only together they can be wrong.
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
                $"is good from {credentials.Certificate.NotBefore:u} to {credentials.Certificate.NotAfter:u} only, so the other nodes refuse this one."
                    + " Put a renewed certificate and its key in the same files; the node needs no restart"
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
