using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Where uploaded files go, once there are any.</summary>
internal static class FileSettings
{
    private static readonly Unavailable NoFiles = Unavailable.Warn("is not used: this version takes no files, and every upload is refused");

    public static readonly SettingSection Section = new("Files", "S3_", "s3", "chatbox:s3");

    public static readonly Setting<string> Bucket = Section.Add("S3_BUCKET", Values.Text(255), "", "Bucket for files.", whenSet: NoFiles);

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
        "Key id; together with S3_SECRET_ACCESS_KEY, or neither.",
        whenSet: NoFiles
    );

    public static readonly Setting<string> SecretAccessKey = Section.Add(
        "S3_SECRET_ACCESS_KEY",
        Values.Credential,
        "",
        "Secret of the key.",
        whenSet: NoFiles
    );

    public static readonly Setting<Uri?> Endpoint = Section.Add(
        "S3_ENDPOINT",
        NetworkValues.Endpoint,
        null,
        "Address of a store that is not Amazon's.",
        whenSet: NoFiles
    );

    public static readonly Setting<bool?> UsePathStyle = Section.Add(
        "S3_USE_PATH_STYLE",
        Values.Switch,
        false,
        "Whether the bucket stands in the path instead of the host name.",
        whenSet: NoFiles
    );
}
