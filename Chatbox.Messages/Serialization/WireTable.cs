using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace Chatbox.Messages.Serialization;

/// <summary>
/// Maps message types to their bytes on the wire and in the journal. Each row has a manifest, which never changes; a breaking change adds a
/// row with a new manifest and keeps the old one for reading.
/// </summary>
public sealed class WireTable
{
    private readonly Dictionary<Type, Row> _byType = [];
    private readonly Dictionary<string, Row> _byManifest = [];

    /// <summary>The manifest of one message type, and the functions that write and read its bytes.</summary>
    public sealed record Row(string Manifest, Type Type, Func<object, byte[]> Write, Func<ReadOnlyMemory<byte>, object> Read);

    public IReadOnlyCollection<Row> Rows => _byManifest.Values;

    /// <exception cref="ArgumentException">The type has no row, so it must not cross the wire.</exception>
    public Row For(Type type) =>
        _byType.TryGetValue(type, out var row) ? row : throw new ArgumentException($"{type} has no row in the wire table.", nameof(type));

    /// <exception cref="ArgumentException">No row has this manifest.</exception>
    public Row For(string manifest) =>
        _byManifest.TryGetValue(manifest, out var row)
            ? row
            : throw new ArgumentException($"The wire table has no manifest {manifest}.", nameof(manifest));

    /// <summary>Finds the row of a manifest; false if there is none.</summary>
    public bool TryFor(string manifest, [NotNullWhen(true)] out Row? row) => _byManifest.TryGetValue(manifest, out row);

    /// <summary>Adds a row whose bytes are a protobuf message.</summary>
    internal WireTable Proto<T, TProto>(string manifest, MessageParser<TProto> parser, Func<T, TProto> write, Func<TProto, T> read)
        where T : IWireMessage
        where TProto : IMessage<TProto>
    {
        var row = new Row(manifest, typeof(T), message => write((T)message).ToByteArray(), bytes => read(parser.ParseFrom(bytes.Span)));
        _byType.Add(typeof(T), row);
        _byManifest.Add(manifest, row);
        return this;
    }

    /// <summary>Adds the row of a message that holds only a session id.</summary>
    internal WireTable SessionOnly<T>(string manifest, Func<SessionId, T> read)
        where T : IWireMessage, IWithSessionId =>
        Proto(
            manifest,
            Serialization.Proto.SessionOnly.Parser,
            (T m) => new Serialization.Proto.SessionOnly { SessionId = m.SessionId.Value },
            p => read(new SessionId(p.SessionId))
        );

    /// <summary>Adds the row of a message that holds only a user id.</summary>
    internal WireTable UserOnly<T>(string manifest, Func<UserId, T> read)
        where T : IWireMessage, IWithUserId =>
        Proto(
            manifest,
            Serialization.Proto.UserOnly.Parser,
            (T m) => new Serialization.Proto.UserOnly { UserId = m.UserId.Value },
            p => read(new UserId(p.UserId))
        );
}
