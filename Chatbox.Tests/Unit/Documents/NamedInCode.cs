using System.Reflection;
using System.Text.RegularExpressions;
using Chatbox.Actors;
using Chatbox.Messages;
using Chatbox.Node;
using Chatbox.Persistence.MongoDb;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>The names of types, members and assemblies that documents may mention.</summary>
internal static partial class NamedInCode
{
    // Names of other projects, and words that are written like the name of a type.
    private static readonly HashSet<string> Foreign =
    [
        "DotNetty",
        "IActorRef",
        "ILoggingAdapter",
        "IOptions",
        "IReadJournal",
        "LoggerMessage",
        "MongoDB",
        "MongoDb",
        "OpenAI",
        "PodDisruptionBudget",
        "PostgreSQL",
        "SslStream",
        "StatefulSet",
        "TimeProvider",
        "ValidateOnStart",
        "WebSocket",
        "ActorRef",
        "StartAsync",
        "ReadAsync",
        "EnforceCodeStyleInBuild",
    ];

    private static readonly Assembly[] Assemblies =
    [
        typeof(SessionId).Assembly,
        typeof(ChatboxHosting).Assembly,
        typeof(NodeHost).Assembly,
        typeof(MongoDbPersistence).Assembly,
        typeof(Cli.Pbm).Assembly,
        typeof(Chatbox.Client.ChatClient).Assembly,
        typeof(NamedInCode).Assembly,
    ];

    private static readonly HashSet<string> Known = [.. Assemblies.SelectMany(NamesOf), .. Foreign];

    /// <summary>The names in a document that look like a type or a member of the code and are none.</summary>
    public static IEnumerable<string> MissingIn(string document)
    {
        var text = Repository.Read(document).ReplaceLineEndings("\n");
        return Diagrams()
            .Matches(text)
            .Select(diagram => diagram.Groups[1].Value)
            .Concat(
                Quoted().Matches(Diagrams().Replace(text, "")).Select(code => code.Groups[1].Value).Where(code => IsName().IsMatch(code))
            )
            .SelectMany(code => CompoundName().Matches(code))
            .Select(name => name.Value)
            .Distinct()
            .Where(name => !Known.Contains(name) && !Known.Contains(name + "Attribute") && !IsAlert(name));
    }

    private static bool IsAlert(string name) =>
        Repository.Read("deployments/prometheus/alerts.yaml").Contains($"- alert: {name}\n", StringComparison.Ordinal);

    private static IEnumerable<string> NamesOf(Assembly assembly)
    {
        const BindingFlags all =
            BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        return assembly.GetTypes().SelectMany(type => type.GetMembers(all).Select(member => member.Name).Prepend(type.Name.Split('`')[0]));
    }

    [GeneratedRegex("(?s)```mermaid\n(.*?)```")]
    private static partial Regex Diagrams();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Quoted();

    // `Type`, `IPort`, `Type.Member`, `Type<T>`; no paths, settings, commands or frames.
    [GeneratedRegex(@"^[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)*(<\w+>)?$")]
    private static partial Regex IsName();

    // Two words or more: a single word can be an ordinary one.
    [GeneratedRegex(@"\b(?:I[A-Z][a-z0-9]+|[A-Z][a-z0-9]+)(?:[A-Z]+[a-z0-9]*)+\b")]
    private static partial Regex CompoundName();
}
