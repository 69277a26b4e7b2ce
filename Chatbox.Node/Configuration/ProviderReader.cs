using System.Globalization;
using System.Text.Json.Nodes;
using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Errors;
using Chatbox.Node.Models;
using Chatbox.Node.Models.Demo;
using Chatbox.Node.Models.Providers;

namespace Chatbox.Node.Configuration;

/// <summary>Reads the numbered groups of models, and checks their settings against each other.</summary>
internal sealed class ProviderReader(SettingReader reader)
{
    private static readonly string[] Tables = ["llm:providers", "chatbox:llm:providers"];

    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    /// <summary>The configured models in the order of their numbers; the demo model if there are none.</summary>
    public IReadOnlyList<ModelProviderOptions> Read()
    {
        if (Tables.All(table => reader.File.GetSection(table).GetChildren().Any()))
            reader.Refuse("LLM_PROVIDER_<n>_ID", $"{reader.FileName} has both [[llm.providers]] and [[chatbox.llm.providers]]; keep one");

        var providers = Numbers().Select(Read).OfType<ModelProviderOptions>().ToArray();
        return providers.Length > 0 ? providers : [DemoProvider.Default];
    }

    private SortedSet<int> Numbers()
    {
        var inEnvironment = reader
            .Environment.AsEnumerable()
            .Where(pair => !string.IsNullOrWhiteSpace(pair.Value))
            .Select(pair => UnknownKeys.ProviderGroup().Match(pair.Key))
            .Where(match => match.Success)
            .Select(match => int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture));
        var inFile = Tables
            .SelectMany(table => reader.File.GetSection(table).GetChildren())
            .Where(child => int.TryParse(child.Key, out _))
            .Select(child => int.Parse(child.Key, CultureInfo.InvariantCulture) + 1);
        return [.. inEnvironment, .. inFile];
    }

    private ModelProviderOptions? Read(int number)
    {
        foreach (var setting in ProviderSettings.Section.Settings.Select(setting => setting.OfNumber(number)))
            reader.Load(setting);

        var id = Required(ProviderSettings.Id, number);
        var type = reader.Get(ProviderSettings.Type.OfGroup(number));
        if (type is null && !reader.IsSet(ProviderSettings.Type.OfGroup(number)))
            reader.Refuse(ProviderSettings.Type.OfGroup(number).Key, $"is missing: {ProviderSettings.Type.Accepts}");
        if (id.Length > 0 && !_ids.TryAdd(id, ProviderSettings.Id.OfGroup(number).Key))
            reader.Refuse(ProviderSettings.Id.OfGroup(number).Key, $"{ErrorText.Quote(id)} is already the id of {_ids[id]}");

        var model = type is { NeedsModel: true }
            ? Required(ProviderSettings.Model, number)
            : reader.Get(ProviderSettings.Model.OfGroup(number));
        var description = Describe(number, id, type);
        if (type is null)
            return null;
        var endpoint = EndpointOf(number, type);
        description = description with { TakesDocuments = TakesDocuments(number, description.Sees && type.TakesDocumentsAt(endpoint)) };
        return new ModelProviderOptions(description, endpoint, KeyOf(number, type), model)
        {
            Headers = reader.Get(ProviderSettings.Headers.OfGroup(number)),
            Extra = ExtraOf(number, type),
        };
    }

    private ModelDescription Describe(int number, string id, ProviderType? type)
    {
        var name = reader.Get(ProviderSettings.Name.OfGroup(number));
        var description = new ModelDescription(new ModelId(id), name.Length > 0 ? name : id, type?.Name ?? "")
        {
            ContextTokens = reader.Get(ProviderSettings.ContextTokens.OfGroup(number)),
            MaxOutputTokens = reader.Get(ProviderSettings.MaxOutputTokens.OfGroup(number)),
            MaxConcurrent = reader.Get(ProviderSettings.MaxConcurrent.OfGroup(number)),
            FirstTokenTimeout = FirstTokenTimeoutOf(number),
            Sees = reader.Get(ProviderSettings.Vision.OfGroup(number)) ?? false,
            ShowsThinking =
                (
                    reader.IsSet(ProviderSettings.ShowThinking.OfGroup(number))
                        ? reader.Get(ProviderSettings.ShowThinking.OfGroup(number))
                        : reader.Get(ModelSettings.ShowThinking)
                ) ?? false,
        };
        if (description.MaxOutputTokens >= description.ContextTokens)
            reader.Refuse(
                ProviderSettings.MaxOutputTokens.OfGroup(number).Key,
                $"{description.MaxOutputTokens} must be less than {ProviderSettings.ContextTokens.OfGroup(number).Key}, {description.ContextTokens}"
            );
        return description;
    }

    private bool TakesDocuments(int number, bool otherwise)
    {
        var setting = ProviderSettings.Documents.OfGroup(number);
        return reader.IsSet(setting) ? reader.Get(setting) ?? false : otherwise;
    }

    private JsonObject? ExtraOf(int number, ProviderType type)
    {
        var setting = ProviderSettings.Extra.OfGroup(number);
        var extra = reader.Get(setting);
        foreach (var name in type.ReservedMembers.Where(name => extra?.ContainsKey(name) is true))
            reader.Refuse(setting.Key, $"has {name}, which the node sets itself");
        return extra;
    }

    private TimeSpan FirstTokenTimeoutOf(int number)
    {
        var setting = ProviderSettings.FirstTokenTimeout.OfGroup(number);
        if (!reader.IsSet(setting))
            return reader.Get(ModelSettings.FirstTokenTimeout);
        var (timeout, whole) = (reader.Get(setting), reader.Get(ModelSettings.AnswerTimeout));
        if (timeout >= whole)
            reader.Warn(
                setting.Key,
                $"{GoDuration.Format(timeout)} has no effect: every answer ends after {ModelSettings.AnswerTimeout.Key}, {GoDuration.Format(whole)}"
            );
        return timeout;
    }

    private Uri? EndpointOf(int number, ProviderType type)
    {
        var setting = ProviderSettings.Endpoint.OfGroup(number);
        if (type is { Operation: not null, DefaultEndpoint: null } && !reader.IsSet(setting))
            reader.Refuse(setting.Key, $"is missing: the type {type.Name} has no default endpoint");
        if (
            reader.Get(setting) is { Scheme: "http" } plain
            && !NetworkValues.IsPrivateHost(plain)
            && !reader.Get(ModelSettings.HttpHosts).Any(rule => rule.Covers(plain))
        )
            reader.Refuse(
                setting.Key,
                "must be https: http is allowed for loopback, private and cluster-local hosts, "
                    + $"and for hosts of your own network that {ModelSettings.HttpHosts.Key} names"
            );

        return type.Operation is null ? null : reader.Get(setting) ?? type.DefaultEndpoint;
    }

    private string KeyOf(int number, ProviderType type)
    {
        var setting = ProviderSettings.ApiKey.OfGroup(number);
        var host = reader.Get(ProviderSettings.Endpoint.OfGroup(number))?.Host;
        var needed = type.ApiKey switch
        {
            KeyRequirement.Always => true,
            KeyRequirement.AtDefaultEndpoints => host is null || ProviderTypes.All.Any(known => known.DefaultEndpoint?.Host == host),
            _ => false,
        };
        if (needed && !reader.IsSet(setting))
            reader.Refuse(setting.Key, "is missing");
        return reader.Get(setting);
    }

    private string Required(Setting<string> setting, int number)
    {
        var grouped = setting.OfGroup(number);
        if (!reader.IsSet(grouped))
            reader.Refuse(grouped.Key, "is missing");
        return reader.Get(grouped);
    }
}
