using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of uploaded files, which this version does not support.</summary>
internal static class FileSettings
{
    private static readonly Unavailable NoFiles = Unavailable.Warn(
        "has no effect: this version accepts no files, and refuses every upload"
    );

    public static readonly SettingSection Section = new("Files", "S3_", "s3", "chatbox:s3");

    public static readonly Setting<string> Bucket = Section.Add(
        "S3_BUCKET",
        Values.Text(255),
        "",
        "Bucket of uploaded files.",
        whenSet: NoFiles
    );

    public static readonly Setting<string> Region = Section.Add(
        "S3_REGION",
        Values.Text(64),
        "",
        "Region of the bucket.",
        whenSet: NoFiles
    );

    public static readonly Setting<string> AccessKeyId = Section.Add(
        "S3_ACCESS_KEY_ID",
        Values.Credential,
        "",
        "Access key id. Set it together with S3_SECRET_ACCESS_KEY.",
        whenSet: NoFiles
    );

    public static readonly Setting<string> SecretAccessKey = Section.Add(
        "S3_SECRET_ACCESS_KEY",
        Values.Credential,
        "",
        "Secret of the access key.",
        whenSet: NoFiles
    );

    public static readonly Setting<Uri?> Endpoint = Section.Add(
        "S3_ENDPOINT",
        NetworkValues.Endpoint,
        null,
        "Address of an S3-compatible service other than Amazon's.",
        whenSet: NoFiles
    );

    public static readonly Setting<bool?> UsePathStyle = Section.Add(
        "S3_USE_PATH_STYLE",
        Values.Switch,
        false,
        "Whether to put the bucket into the path instead of the host name.",
        whenSet: NoFiles
    );
}
