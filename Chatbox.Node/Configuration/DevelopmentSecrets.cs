using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Configuration;

/// <summary>
/// Secrets that a node in Development generates, so that it starts without settings and its tokens survive a restart. They are stored in
/// <c>DATA_DIR/development-secrets.json</c>, which only its owner can read.
/// </summary>
internal static partial class DevelopmentSecrets
{
    private const int SecretBytes = 48;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// The signing secret of this folder, generated if absent. Processes that start at the same time get the same secret.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be created, read or written.</exception>
    /// <exception cref="InvalidDataException">The file does not hold a usable secret.</exception>
    public static string SigningSecret(string directory)
    {
        var path = Path.Combine(directory, DataFolder.SecretsFile);
        if (!File.Exists(path))
            Create(directory, path);
        return Read(path);
    }

    private static void Create(string directory, string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);

        var temporary = $"{path}.{Guid.NewGuid():n}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var file = new FileStream(temporary, options))
            {
                var secrets = new Secrets(Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)));
                JsonSerializer.Serialize(file, secrets, SecretsJson.Default.Secrets);
                file.Flush(flushToDisk: true);
            }

            Publish(temporary, path);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    // Creating a hard link is atomic and never replaces the file of another process. File.Move checks first and renames later, so it might.
    private static void Publish(string temporary, string path)
    {
        if (!OperatingSystem.IsWindows() && Link(temporary, path) == 0)
            return;
        try
        {
            if (!File.Exists(path))
                File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first, and its secret counts.
        }
    }

    private static string Read(string path)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != OwnerOnly)
            File.SetUnixFileMode(path, OwnerOnly);
        try
        {
            using var file = File.OpenRead(path);
            var secret = JsonSerializer.Deserialize(file, SecretsJson.Default.Secrets)?.JwtSecret;
            if (secret is null || SecretRules.Weakness(secret) is not null)
                throw new InvalidDataException($"{path} holds no usable secret. Delete the file to generate a new secret");
            return secret;
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"{path} is damaged. Delete the file to generate a new secret");
        }
    }

    [DllImport("libc", EntryPoint = "link", CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern int Link(string existing, string created);

    internal sealed record Secrets([property: JsonPropertyName("jwt_secret")] string? JwtSecret);

    [JsonSerializable(typeof(Secrets))]
    private sealed partial class SecretsJson : JsonSerializerContext;
}
