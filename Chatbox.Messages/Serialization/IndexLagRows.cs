using static Chatbox.Messages.Index.IndexLagProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>What nodes ask each other about the index.</summary>
internal static class IndexLagRows
{
    public static WireTable WithIndexLag(this WireTable table) =>
        table
            .Proto(
                "index.await-session-indexed.v1",
                Proto.SessionOnly.Parser,
                (AwaitSessionIndexed m) => new() { SessionId = m.SessionId.Value },
                p => new AwaitSessionIndexed(new SessionId(p.SessionId))
            )
            .Proto(
                "index.await-user-indexed.v1",
                Proto.UserOnly.Parser,
                (AwaitUserIndexed m) => new() { UserId = m.UserId.Value },
                p => new AwaitUserIndexed(new UserId(p.UserId))
            )
            .Proto(
                "index.session-indexed.v1",
                Proto.SessionOnly.Parser,
                (SessionIndexed m) => new() { SessionId = m.SessionId.Value },
                p => new SessionIndexed(new SessionId(p.SessionId))
            )
            .Proto(
                "index.user-indexed.v1",
                Proto.UserOnly.Parser,
                (UserIndexed m) => new() { UserId = m.UserId.Value },
                p => new UserIndexed(new UserId(p.UserId))
            );
}
