using System.Reflection;
using LinqToDB.Mapping;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Conventions;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>What stands of a session as long as the index lives, even after the session is erased.</summary>
/// <param name="SessionId">The document's id.</param>
/// <param name="Writes">Grows with each transaction about the session: two of them at once collide here, and one begins again.</param>
/// <param name="Erased">Late updates must stay out.</param>
internal sealed record TurnRow(string SessionId, long Writes, bool Erased);

/// <summary>The rows of the index as documents: what is a column in SQL is a field of that name here.</summary>
internal static class MongoIndexRows
{
    private const string Pack = "chatbox index";

    /// <summary>Once in a process, before any of the collections is used.</summary>
    public static void Map() => _ = Mapped.Value;

    private static readonly Lazy<bool> Mapped = new(() =>
    {
        ConventionRegistry.Register(Pack, new ConventionPack { new ColumnNames() }, type => type.Namespace == typeof(SessionRow).Namespace);
        MapWithId<SessionRow>(row => row.SessionId);
        BsonClassMap.RegisterClassMap<ShareRow>(map =>
        {
            map.AutoMap();
            map.MapIdMember(row => row.SessionId);
            map.MapMember(row => row.ExpiresAt).SetElementName("expires_at").SetIgnoreIfNull(true);
        });
        BsonClassMap.RegisterClassMap<TurnRow>(map =>
        {
            map.MapIdMember(row => row.SessionId);
            map.MapMember(row => row.Writes).SetElementName("writes");
            map.MapMember(row => row.Erased).SetElementName("erased").SetDefaultValue(false);
            map.MapCreator(row => new TurnRow(row.SessionId, row.Writes, row.Erased));
        });
        // Found by their content: their ids are the server's, and no row has them.
        MapWithoutId<MessageRow>();
        MapWithoutId<WordRow>();
        MapWithoutId<IntervalRow>();
        MapWithoutId<WithdrawalRow>();
        BsonClassMap.RegisterClassMap<AuditRow>(map =>
        {
            map.AutoMap();
            map.UnmapMember(row => row.AuditId);
            map.SetIgnoreExtraElements(true);
        });
        return true;
    });

    private static void MapWithId<T>(System.Linq.Expressions.Expression<Func<T, string>> id) =>
        BsonClassMap.RegisterClassMap<T>(map =>
        {
            map.AutoMap();
            map.MapIdMember(id);
        });

    private static void MapWithoutId<T>() =>
        BsonClassMap.RegisterClassMap<T>(map =>
        {
            map.AutoMap();
            map.SetIgnoreExtraElements(true);
        });

    private sealed class ColumnNames : ConventionBase, IMemberMapConvention
    {
        public void Apply(BsonMemberMap memberMap)
        {
            if (memberMap.MemberInfo.GetCustomAttribute<ColumnAttribute>()?.Name is { } name)
                memberMap.SetElementName(name);
        }
    }
}
