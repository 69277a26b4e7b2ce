using Chatbox.Node.Configuration;
using Chatbox.Node.Errors;
using Microsoft.Extensions.Configuration;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary>A folder of its own with the file and the environment of one test; Production, with a good secret, unless told otherwise.</summary>
public sealed class ConfigurationFixture : IDisposable
{
    public const string GoodSecret = "0pXv7Qm2Lr9tKz4wYb6NcHs1Jd8Gf3Ra5UeWqMiOlTy=";

    private readonly Dictionary<string, string?> _environment = new() { ["JWT_SECRET"] = GoodSecret };

    public string Folder { get; } = Directory.CreateTempSubdirectory("chatbox-config-").FullName;

    public ConfigurationFixture With(string key, string? value)
    {
        _environment[key] = value;
        return this;
    }

    public ConfigurationFixture Without(string key)
    {
        _environment.Remove(key);
        return this;
    }

    public ConfigurationFixture WithFile(string toml, string name = "config.toml")
    {
        File.WriteAllText(Path.Combine(Folder, name), toml);
        return this;
    }

    public ConfigurationFixture InDevelopment() => With("ASPNETCORE_ENVIRONMENT", "Development");

    public NodeOptions Load() => ConfigurationLoader.Load(new ConfigurationBuilder().AddInMemoryCollection(_environment).Build(), Folder);

    public IReadOnlyList<ConfigurationError> Errors() => Assert.Throws<ConfigurationException>(Load).Errors;

    public string ErrorOf(string key) => Assert.Single(Errors(), error => error.Key == key).Message;

    public string WarningOf(string key) => Assert.Single(Load().Warnings, warning => warning.Key == key).Message;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
