using System.Text.RegularExpressions;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Errors;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Identity;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Configuration;

/// <summary>Reads the settings of stored files, and checks them against the other settings.</summary>
internal static partial class FileReader
{
    private const string DefaultRegion = "us-east-1";

    private static readonly string[] RegionsOfPlatform = ["AWS_REGION", "AWS_DEFAULT_REGION"];

    /// <param name="dataDirectory">Full path of <c>DATA_DIR</c>.</param>
    /// <param name="workingDirectory">Base of relative paths.</param>
    public static FileStoreOptions Read(SettingReader reader, string dataDirectory, string workingDirectory, JwtOptions jwt)
    {
        var secret = reader.Get(FileSettings.UrlSecret);
        return new FileStoreOptions
        {
            Folder =
                reader.Get(FileSettings.Folder) is { Length: > 0 } folder ? Path.GetFullPath(folder, workingDirectory)
                : reader.Get(ClusterSettings.Seeds).Count > 0 ? null
                : Path.Combine(dataDirectory, DataFolder.FilesFolder),
            S3 = reader.IsSet(S3Settings.Bucket) ? S3(reader) : null,
            UrlSecret =
                secret.Length > 0 ? secret
                : jwt.Authority is null ? jwt.Secret
                : null,
            UrlLifetime = reader.Get(FileSettings.UrlLifetime),
            UrlPrefix = reader.Get(ServerSettings.PublicUrl) + reader.Get(ChatboxSettings.PathPrefix),
        };
    }

    /// <summary>Checks the settings of files against the other settings.</summary>
    public static void Check(SettingReader reader, NodeOptions options)
    {
        var secret = reader.Get(FileSettings.UrlSecret);
        if (secret.Length > 0 && !SecretRules.IsPlaceholder(secret) && SecretRules.Weakness(secret) is { } weakness)
            reader.Refuse(FileSettings.UrlSecret.Key, weakness);
        if (options.Files is { S3: null, Folder: null })
            reader.Warn(
                FileSettings.Folder.Key,
                "is not set: files are refused, because the nodes of a cluster need a store that all of them reach."
                    + $" Set {S3Settings.Bucket.Key}, or a folder that all nodes share"
            );
        else if (secret.Length == 0 && options.Cluster.IsShared && options.Jwt.Authority is not null)
            reader.Refuse(
                FileSettings.UrlSecret.Key,
                "is missing: the nodes of a cluster sign the addresses of files with the same secret, and with JWT_AUTHORITY they have no other."
                    + " Generate one with: openssl rand -base64 48"
            );
        CheckS3(reader);
    }

    private static void CheckS3(SettingReader reader)
    {
        if (reader.IsSet(S3Settings.AccessKeyId) != reader.IsSet(S3Settings.SecretAccessKey))
            reader.Refuse(S3Settings.AccessKeyId.Key, $"and {S3Settings.SecretAccessKey.Key} belong together: set both or neither");
        if (!reader.IsSet(S3Settings.Bucket))
        {
            foreach (var setting in S3Settings.Section.Settings.Where(reader.IsSet))
                reader.Warn(setting.Key, $"has no effect: without {S3Settings.Bucket.Key}, files are in {FileSettings.Folder.Key}");
            return;
        }

        if (reader.IsSet(FileSettings.Folder))
            reader.Warn(FileSettings.Folder.Key, $"has no effect: {S3Settings.Bucket.Key} is set");
        if (!BucketName().IsMatch(reader.Get(S3Settings.Bucket)))
            reader.Refuse(
                S3Settings.Bucket.Key,
                $"{ErrorText.Quote(reader.Get(S3Settings.Bucket))} is no name of a bucket: 3 to 63 lower-case letters, digits, hyphens and dots"
            );
        if (!reader.IsSet(S3Settings.Region) && !reader.IsSet(S3Settings.Endpoint) && RegionOfPlatform(reader) is null)
            reader.Refuse(S3Settings.Region.Key, "is missing: set the region of the bucket, such as eu-central-1");
        if (reader.IsSet(S3Settings.KmsKeyId) && reader.Get(S3Settings.Encryption) != S3Encryption.Kms)
            reader.Warn(S3Settings.KmsKeyId.Key, $"has no effect: {S3Settings.Encryption.Key} is not kms");
    }

    private static S3Options S3(SettingReader reader)
    {
        var endpoint = reader.Get(S3Settings.Endpoint);
        return new S3Options
        {
            Bucket = reader.Get(S3Settings.Bucket),
            Region =
                reader.Get(S3Settings.Region) is { Length: > 0 } region ? region
                : endpoint is null ? RegionOfPlatform(reader)
                : DefaultRegion,
            Endpoint = endpoint,
            AccessKey = reader.IsSet(S3Settings.AccessKeyId)
                ? new S3AccessKey(reader.Get(S3Settings.AccessKeyId), reader.Get(S3Settings.SecretAccessKey))
                : null,
            UsePathStyle = reader.Get(S3Settings.UsePathStyle) ?? false,
            Encryption = reader.Get(S3Settings.Encryption) ?? S3Encryption.None,
            KmsKeyId = reader.Get(S3Settings.KmsKeyId) is { Length: > 0 } key ? key : null,
            Checksums = reader.Get(S3Settings.Checksums) ?? (endpoint is null ? S3Checksums.WhenSupported : S3Checksums.WhenRequired),
            DirectDownloads = reader.Get(S3Settings.DirectDownloads) ?? endpoint is null,
        };
    }

    private static string? RegionOfPlatform(SettingReader reader) =>
        RegionsOfPlatform.Select(key => reader.Environment[key]).FirstOrDefault(region => !string.IsNullOrWhiteSpace(region));

    // Amazon's rules for general purpose buckets, without the rarer ones.
    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex BucketName();
}
