using System.Reflection;
using LinqToDB.Mapping;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Conventions;
using MongoDB.Bson.Serialization.IdGenerators;
using MongoDB.Bson.Serialization.Serializers;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Document of a session for concurrent writers, which is kept after the session is erased.</summary>
/// <param name="SessionId">Id of the document.</param>
/// <param name="Writes">Grows with each transaction of the session: concurrent transactions conflict here, and one of them is repeated.</param>
/// <param name="Erased">Whether the session was erased, so that late updates are ignored.</param>
internal sealed record TurnRow(string SessionId, long Writes, bool Erased);

/// <summary>Maps the rows of the index to documents: a column of SQL is a field of the same name.</summary>
internal static class MongoIndexRows
{
    private const string Pack = "chatbox index";

    /// <summary>Registers the mappings, once per process, before any of the collections is used.</summary>
    public static void Map() => _ = Mapped.Value;

    private static readonly Lazy<bool> Mapped = new(() =>
    {
        ConventionRegistry.Register(Pack, new ConventionPack { new ColumnNames() }, type => type.Namespace == typeof(SessionRow).Namespace);
        BsonClassMap.RegisterClassMap<SessionRow>(map =>
        {
            map.AutoMap();
            map.MapIdMember(row => row.SessionId);
            map.SetIgnoreExtraElements(true);
            // Absent when they are zero: earlier releases refuse documents with fields that they do not know.
            map.MapMember(row => row.Takeovers).SetElementName("takeovers").SetIgnoreIfDefault(true);
            map.MapMember(row => row.HelpRequests).SetElementName("help_requests").SetIgnoreIfDefault(true);
            map.MapMember(row => row.RatingsUp).SetElementName("ratings_up").SetIgnoreIfDefault(true);
            map.MapMember(row => row.RatingsDown).SetElementName("ratings_down").SetIgnoreIfDefault(true);
        });
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
        // These documents are found by their content; the server generates their ids, which the rows do not have.
        MapWithoutId<MessageRow>();
        MapWithoutId<AnswerErrorRow>();
        MapWithoutId<WordRow>();
        MapWithoutId<IntervalRow>();
        MapWithoutId<WithdrawalRow>();
        MapWithoutId<FileMentionRow>();
        BsonClassMap.RegisterClassMap<UploadRow>(map =>
        {
            map.AutoMap();
            map.MapIdMember(row => row.UploadId);
            map.SetIgnoreExtraElements(true);
        });
        BsonClassMap.RegisterClassMap<UploadPartRow>(map =>
        {
            map.AutoMap();
            map.MapIdMember(row => row.PartId);
            map.SetIgnoreExtraElements(true);
        });
        BsonClassMap.RegisterClassMap<FileRow>(map =>
        {
            map.AutoMap();
            map.MapIdMember(row => row.FileId);
            map.SetIgnoreExtraElements(true);
        });
        BsonClassMap.RegisterClassMap<RatingRow>(map =>
        {
            map.AutoMap();
            map.UnmapMember(row => row.Place);
            map.SetIgnoreExtraElements(true);
        });
        BsonClassMap.RegisterClassMap<AuditRow>(map =>
        {
            map.AutoMap();
            map.UnmapMember(row => row.AuditId);
            map.MapIdMember(row => row.DocumentId)
                .SetIdGenerator(StringObjectIdGenerator.Instance)
                .SetSerializer(new StringSerializer(BsonType.ObjectId));
        });
        BsonClassMap.RegisterClassMap<AuditHeadRow>(map =>
        {
            map.AutoMap();
            map.MapIdMember(row => row.HeadId);
        });
        return true;
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
