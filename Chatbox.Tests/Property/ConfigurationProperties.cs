using System.Security.Cryptography;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Errors;
using Chatbox.Tests.Unit.Configuration;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property;

public sealed class ConfigurationProperties
{
    private static readonly string[] Keys =
    [
        .. SettingTable.Sections.SelectMany(section => section.Settings).Select(setting => setting.Key.Replace("<n>", "1")),
    ];

    [Property(MaxTest = 300)]
    public bool Whatever_stands_in_the_environment_gives_options_or_named_errors(int pick, string? value)
    {
        using var fixture = new ConfigurationFixture().With(Keys[(pick & int.MaxValue) % Keys.Length], value);
        return LoadsOrRefuses(fixture);
    }

    [Property(MaxTest = 300)]
    public bool Whatever_stands_in_the_file_gives_options_or_named_errors(string? text)
    {
        using var fixture = new ConfigurationFixture().WithFile(text ?? "");
        return LoadsOrRefuses(fixture);
    }

    [Property(MaxTest = 500)]
    public bool A_random_secret_is_never_called_weak(byte seed)
    {
        // Fresh bytes each time; the seed only makes the number of runs the framework's.
        var bytes = RandomNumberGenerator.GetBytes(32 + seed % 17);
        return SecretRules.Weakness(Convert.ToBase64String(bytes)) is null && SecretRules.Weakness(Convert.ToHexString(bytes)) is null;
    }

    private static bool LoadsOrRefuses(ConfigurationFixture fixture)
    {
        try
        {
            return fixture.Load() is not null;
        }
        catch (ConfigurationException e)
        {
            return e.Errors.Count > 0 && e.Errors.All(error => error.Key.Length > 0 && error.Message.Length > 0);
        }
    }
}
