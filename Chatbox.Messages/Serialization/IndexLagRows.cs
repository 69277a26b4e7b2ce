using static Chatbox.Messages.Index.IndexLagProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>What nodes ask each other about the index.</summary>
internal static class IndexLagRows
{
    public static WireTable WithIndexLag(this WireTable table) =>
        table
            .SessionOnly("index.await-session-indexed.v1", id => new AwaitSessionIndexed(id))
            .UserOnly("index.await-user-indexed.v1", id => new AwaitUserIndexed(id))
            .SessionOnly("index.session-indexed.v1", id => new SessionIndexed(id))
            .UserOnly("index.user-indexed.v1", id => new UserIndexed(id));
}
