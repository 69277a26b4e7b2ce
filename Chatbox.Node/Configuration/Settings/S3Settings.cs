using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Files.Store;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of files in Amazon S3, or in another service with the same protocol.</summary>
internal static class S3Settings
{
    public static readonly SettingSection Section = new("Files in S3", "S3_", "s3", "chatbox:s3");

    public static readonly Setting<string> Bucket = Section.Add(
        "S3_BUCKET",
        Values.Text(255),
        "",
        "Bucket of uploaded files, for Chatbox alone; it must exist. Replaces FILES_DIR."
    );

    public static readonly Setting<string> Region = Section.Add(
        "S3_REGION",
        Values.Text(64),
        "",
        "Region of the bucket. Without it that of AWS_REGION, or us-east-1 with S3_ENDPOINT."
    );

    public static readonly Setting<string> AccessKeyId = Section.Add(
        "S3_ACCESS_KEY_ID",
        Values.Credential,
        "",
        "Access key id. Set it together with S3_SECRET_ACCESS_KEY. Without them the node uses the credentials of the platform: AWS_… variables, a web identity token, or the role of the container or machine."
    );

    public static readonly Setting<string> SecretAccessKey = Section.Add(
        "S3_SECRET_ACCESS_KEY",
        Values.Credential,
        "",
        "Secret of the access key."
    );

    public static readonly Setting<Uri?> Endpoint = Section.Add(
        "S3_ENDPOINT",
        NetworkValues.Endpoint,
        null,
        "Address of an S3-compatible service other than Amazon's."
    );

    public static readonly Setting<bool?> UsePathStyle = Section.Add(
        "S3_USE_PATH_STYLE",
        Values.Switch,
        false,
        "Whether to put the bucket into the path instead of the host name."
    );

    public static readonly Setting<S3Encryption?> Encryption = Section.Add(
        "S3_SERVER_SIDE_ENCRYPTION",
        Values.OneOf(("none", S3Encryption.None), ("aes256", S3Encryption.Aes256), ("kms", S3Encryption.Kms)),
        S3Encryption.None,
        "Encryption that the node asks the service for with every object; with none, that of the bucket. ENCRYPTION_KEYS encrypts files in the node, so that the service never sees them."
    );

    public static readonly Setting<string> KmsKeyId = Section.Add(
        "S3_KMS_KEY_ID",
        Values.Text(2048),
        "",
        "Id of the key for S3_SERVER_SIDE_ENCRYPTION=kms.",
        "the key of the account"
    );

    public static readonly Setting<S3Checksums?> Checksums = Section.Add(
        "S3_CHECKSUMS",
        Values.OneOf(("supported", S3Checksums.WhenSupported), ("required", S3Checksums.WhenRequired)),
        null,
        "When requests carry the additional checksums of Amazon S3, which many other services do not know.",
        "supported; required with S3_ENDPOINT"
    );

    public static readonly Setting<bool?> DirectDownloads = Section.Add(
        "S3_DIRECT_DOWNLOADS",
        Values.Switch,
        null,
        "Whether clients load files from the service itself, by signed addresses. Clients must reach it. No effect with ENCRYPTION_KEYS: then the node serves the files.",
        "true; false with S3_ENDPOINT"
    );
}
