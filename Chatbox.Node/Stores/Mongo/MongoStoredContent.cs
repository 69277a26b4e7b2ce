using Chatbox.Node.Sealing;
using Chatbox.Node.Stores.Index;
using Chatbox.Node.Stores.Index.Mongo;
using Chatbox.Persistence.MongoDb;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Mongo;

/// <summary>
/// Looks for content in MongoDB. The journal there wraps every event, so only names in the index show whether content is encrypted; a
/// session gets its name with its first message.
/// </summary>
internal sealed class MongoStoredContent(IMongoDatabase database) : IStoredContent
{
    private const int Glance = 100;

    private readonly MongoIndexCollections _index = new(database);

    public bool HasAny() =>
        HasRows(Setting(MongoDbPersistence.JournalPath))
        || HasRows(Setting(MongoDbPersistence.SnapshotStorePath))
        || _index.Sessions.Find(Builders<SessionRow>.Filter.Empty).Limit(1).Any()
        || _index.Files.Find(Builders<FileRow>.Filter.Empty).Limit(1).Any();

    public bool HasSealed(bool everywhere)
    {
        var sessions = _index.Sessions.Find(Builders<SessionRow>.Filter.Empty);
        return everywhere
            ? IsAnySealed(sessions)
            : IsAnySealed(sessions.SortBy(row => row.SessionId).Limit(Glance))
                || IsAnySealed(sessions.SortByDescending(row => row.SessionId).Limit(Glance));
    }

    private static bool IsAnySealed(IFindFluent<SessionRow, SessionRow> rows) =>
        rows.Project(row => row.Name).ToEnumerable().Any(SealedColumns.IsSealed);

    private bool HasRows(string collection) =>
        database
            .GetCollection<BsonDocument>(collection)
            .Find(Builders<BsonDocument>.Filter.Regex("PersistenceId", new BsonRegularExpression("^session-")))
            .Limit(1)
            .Any();

    private static string Setting(string plugin) => MongoDbPersistence.DefaultConfiguration.GetString($"{plugin}.collection");
}
