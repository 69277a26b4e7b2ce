using static Chatbox.Messages.Index.IndexLagProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the messages about the index's lag.</summary>
internal static class IndexLagRows
{
    public static WireTable WithIndexLag(this WireTable table) =>
        table
            .SessionOnly("index.await-session-indexed.v1", id => new AwaitSessionIndexed(id))
            .UserOnly("index.await-user-indexed.v1", id => new AwaitUserIndexed(id))
            .SessionOnly("index.session-indexed.v1", id => new SessionIndexed(id))
            .UserOnly("index.user-indexed.v1", id => new UserIndexed(id));
}
