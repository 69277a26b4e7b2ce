using System.Collections;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Serialization;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;

namespace Chatbox.Tests.Unit.Serialization;

public sealed class WireTableTests : TestKit
{
    private static readonly IReadOnlyList<Type> Types =
    [
        .. typeof(IWireMessage).Assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(IWireMessage))),
    ];

    public static TheoryData<string> Manifests => [.. ChatboxWire.Table.Rows.Select(r => r.Manifest)];

    [Fact]
    public void Every_wire_message_has_one_row_and_every_row_is_a_wire_message()
    {
        var rows = ChatboxWire.Table.Rows.Select(r => r.Type.FullName).Order(StringComparer.Ordinal);

        Assert.Equal(Types.Select(t => t.FullName).Order(StringComparer.Ordinal), rows);
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Message_is_read_as_it_was_written(string manifest)
    {
        var type = ChatboxWire.Table.For(manifest).Type;
        var serializer = new ChatboxSerializer((ExtendedActorSystem)Sys);
        foreach (var sample in WireSamples.All.Where(s => s.GetType() == type))
        {
            Assert.Equal(manifest, serializer.Manifest(sample));
            var read = serializer.FromBinary(serializer.ToBinary(sample), manifest);
            Assert.Equal(ValueText.Of(sample), ValueText.Of(read));
        }
    }

    /// <summary>A member at its default would be read correctly even if its row left it out.</summary>
    [Theory]
    [MemberData(nameof(Manifests))]
    public void Filled_sample_leaves_no_member_at_its_default(string manifest)
    {
        var type = ChatboxWire.Table.For(manifest).Type;

        Assert.Empty(Unfilled(SampleValue.Filled(type), type.Name));
    }

    [Fact]
    public void No_message_holds_an_actor_an_exception_or_a_collection_that_can_change()
    {
        var offending =
            from type in Types.Concat(Parts()).Distinct()
            from member in ValueText.Members(type)
            where !MayTravel(member.PropertyType)
            select $"{type.Name}.{member.Name}: {member.PropertyType}";

        Assert.Empty(offending);
    }

    [Fact]
    public void Serializer_keeps_its_number() => Assert.Equal(7301, new ChatboxSerializer((ExtendedActorSystem)Sys).Identifier);

    [Fact]
    public void Unknown_manifest_and_unmapped_type_are_refused()
    {
        var serializer = new ChatboxSerializer((ExtendedActorSystem)Sys);

        Assert.Contains(
            "session.opened.v999",
            Assert.Throws<ArgumentException>(() => serializer.FromBinary([], "session.opened.v999")).Message
        );
        Assert.Contains("System.Uri", Assert.Throws<ArgumentException>(() => serializer.Manifest(new Uri("http://localhost"))).Message);
        Assert.Contains("System.Uri", Assert.Throws<ArgumentException>(() => serializer.ToBinary(new Uri("http://localhost"))).Message);
    }

    private static IEnumerable<string> Unfilled(object? value, string path) =>
        value switch
        {
            null or "" or 0 or 0L or false => [path],
            string or Enum or bool or int or long or TimeSpan => [],
            DateTimeOffset at => at == default ? [path] : [],
            ReadOnlyMemory<byte> bytes => bytes.IsEmpty ? [path] : [],
            IDictionary map => map.Count == 0 ? [path] : [],
            ICollection many => many.Count == 0 ? [path] : many.Cast<object>().SelectMany((v, i) => Unfilled(v, $"{path}[{i}]")),
            _ => ValueText.Members(value.GetType()).SelectMany(m => Unfilled(m.GetValue(value), $"{path}.{m.Name}")),
        };

    /// <summary>The project's own record types inside messages.</summary>
    private static IEnumerable<Type> Parts() =>
        typeof(IWireMessage)
            .Assembly.GetTypes()
            .Where(t =>
                t is { IsAbstract: false, IsEnum: false, IsVisible: true, Namespace: "Chatbox.Messages" or "Chatbox.Messages.Sessions" }
            );

    private static bool MayTravel(Type type)
    {
        var inner = type.IsGenericType ? type.GetGenericArguments() : [];
        var known =
            type.Assembly == typeof(IWireMessage).Assembly
            || type.IsPrimitive
            || type == typeof(string)
            || type == typeof(DateTimeOffset)
            || type == typeof(TimeSpan)
            || type.Namespace == "System.Collections.Immutable"
            || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ReadOnlyMemory<>))
            || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Nullable<>));
        return known && inner.All(MayTravel);
    }
}
