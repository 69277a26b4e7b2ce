using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>
/// The collections of the index and the indexes of their queries, as in SQL (<c>IndexMigrations</c>). Their names have a prefix, because
/// the replaced service may have left a collection of sessions in the same database.
/// </summary>
internal sealed class MongoIndexCollections
{
    /// <summary>Version of the collections; grows with each change.</summary>
    public const int Version = 6;

    /// <summary>
    /// The lowest version that a release must know to use the collections. It grows only with a change that earlier releases cannot use, as in
    /// SQL (<c>IndexMigrations</c>).
    /// </summary>
    public const int Required = 2;

    private const string VersionId = "index";

    // Earlier releases refuse a number in this field above their own, so it holds what is required. The version is in another field.
    private const string RequiredField = "version";
    private const string VersionField = "migrated";

    private readonly IMongoCollection<BsonDocument> _versions;

    public MongoIndexCollections(IMongoDatabase database)
    {
        MongoIndexRows.Map();
        Sessions = database.GetCollection<SessionRow>("index_sessions");
        Messages = database.GetCollection<MessageRow>("index_messages");
        Words = database.GetCollection<WordRow>("index_words");
        Shares = database.GetCollection<ShareRow>("index_shares");
        Intervals = database.GetCollection<IntervalRow>("index_intervals");
        Withdrawals = database.GetCollection<WithdrawalRow>("index_withdrawals");
        AuditTrail = database.GetCollection<AuditRow>("index_audit");
        AuditHead = database.GetCollection<AuditHeadRow>("index_audit_head");
        Ratings = database.GetCollection<RatingRow>("index_ratings");
        AnswerErrors = database.GetCollection<AnswerErrorRow>("index_answer_errors");
        Files = database.GetCollection<FileRow>("index_files");
        FileMentions = database.GetCollection<FileMentionRow>("index_file_mentions");
        Uploads = database.GetCollection<UploadRow>("index_uploads");
        UploadParts = database.GetCollection<UploadPartRow>("index_upload_parts");
        Turns = database.GetCollection<TurnRow>("index_turns");
        _versions = database.GetCollection<BsonDocument>("index_version");
    }

    public IMongoCollection<SessionRow> Sessions { get; }

    public IMongoCollection<MessageRow> Messages { get; }

    public IMongoCollection<WordRow> Words { get; }

    public IMongoCollection<ShareRow> Shares { get; }

    public IMongoCollection<IntervalRow> Intervals { get; }

    public IMongoCollection<AuditRow> AuditTrail { get; }

    public IMongoCollection<AuditHeadRow> AuditHead { get; }

    public IMongoCollection<WithdrawalRow> Withdrawals { get; }

    public IMongoCollection<RatingRow> Ratings { get; }

    public IMongoCollection<AnswerErrorRow> AnswerErrors { get; }

    public IMongoCollection<FileRow> Files { get; }

    public IMongoCollection<FileMentionRow> FileMentions { get; }

    public IMongoCollection<UploadRow> Uploads { get; }

    public IMongoCollection<UploadPartRow> UploadParts { get; }

    /// <summary>
    /// One document for each session that was ever written, also after the session was erased, and one for each user who has uploaded a file.
    /// </summary>
    public IMongoCollection<TurnRow> Turns { get; }

    /// <summary>Creates missing indexes; several nodes may call it at the same time.</summary>
    /// <exception cref="InvalidDataException">A newer release has migrated the collections to a version that this release cannot use.</exception>
    public async Task Migrate(CancellationToken cancellationToken)
    {
        var version = Builders<BsonDocument>.Filter.Eq("_id", VersionId);
        var found = await _versions.Find(version).FirstOrDefaultAsync(cancellationToken);
        if (found?[RequiredField].ToInt32() > Version)
            throw new InvalidDataException(
                $"A newer release has migrated the index. Its collections need a release that knows version {found[RequiredField]}; this release knows versions up to {Version}."
            );

        await CreateIndexes(cancellationToken);
        await _versions.UpdateOneAsync(
            version,
            Builders<BsonDocument>.Update.Max(RequiredField, Required).Max(VersionField, Version),
            new UpdateOptions { IsUpsert = true },
            cancellationToken
        );
    }

    private async Task CreateIndexes(CancellationToken cancellationToken)
    {
        var active = Builders<SessionRow>.Filter.Eq(s => s.EndTime, IndexTime.Never);
        var answers = Builders<MessageRow>.Filter.Eq(m => m.Type, MessageRow.Answer);
        // One index for each order of a list. The id breaks ties, so that every document is a place where a page can begin.
        await Create(
            Sessions,
            cancellationToken,
            Key<SessionRow>("user_id", "last_activity", "_id"),
            Key<SessionRow>("user_id", "_id"),
            Key<SessionRow>("start_time", "_id"),
            Key<SessionRow>("end_time", "_id"),
            Key<SessionRow>("last_activity", "_id"),
            Key<SessionRow>("duration", "_id"),
            Key<SessionRow>("message_count", "_id"),
            Key<SessionRow>("total_tokens", "_id"),
            new CreateIndexModel<SessionRow>(
                Ascending<SessionRow>("end_time", "last_activity", "_id"),
                new CreateIndexOptions<SessionRow> { PartialFilterExpression = active }
            )
        );
        await Create(
            Messages,
            cancellationToken,
            Unique<MessageRow>("session_id", "seq"),
            new CreateIndexModel<MessageRow>(
                Ascending<MessageRow>("sent_at", "tokens", "response_time"),
                new CreateIndexOptions<MessageRow> { PartialFilterExpression = answers }
            )
        );
        await Create(Words, cancellationToken, Unique<WordRow>("user_id", "word", "session_id", "in_name"), Key<WordRow>("session_id"));
        await Create(Shares, cancellationToken, Unique<ShareRow>("token"));
        await Create(
            Intervals,
            cancellationToken,
            Unique<IntervalRow>("session_id", "started"),
            Key<IntervalRow>("ended", "started"),
            Key<IntervalRow>("started")
        );
        await Create(
            Ratings,
            cancellationToken,
            Unique<RatingRow>("session_id", "message_id"),
            Key<RatingRow>("at", "session_id", "message_id"),
            Key<RatingRow>("user_id", "at", "session_id", "message_id")
        );
        await Create(AnswerErrors, cancellationToken, Unique<AnswerErrorRow>("session_id", "seq"), Key<AnswerErrorRow>("at", "model_id"));
        await Create(Files, cancellationToken, Key<FileRow>("user_id", "state", "size"), Key<FileRow>("state", "at", "_id"));
        await Create(
            FileMentions,
            cancellationToken,
            Unique<FileMentionRow>("session_id", "file_id"),
            Key<FileMentionRow>("file_id", "session_id"),
            Key<FileMentionRow>("confirmed", "at")
        );
        await Create(Uploads, cancellationToken, Key<UploadRow>("user_id", "state", "length"), Key<UploadRow>("at", "_id"));
        await Create(UploadParts, cancellationToken, Unique<UploadPartRow>("upload_id", "place"));
        await Create(Withdrawals, cancellationToken, Unique<WithdrawalRow>("user_id", "token_id"), Key<WithdrawalRow>("at"));
        await Create(
            AuditTrail,
            cancellationToken,
            Key<AuditRow>("at"),
            Key<AuditRow>("session_id", "at"),
            Key<AuditRow>("at", "_id"),
            Key<AuditRow>("actor", "at", "_id"),
            Key<AuditRow>("action", "at", "_id"),
            Key<AuditRow>("user_id", "at", "_id"),
            new CreateIndexModel<AuditRow>(
                Ascending<AuditRow>("number"),
                // Documents of releases without a chain have no number.
                new CreateIndexOptions<AuditRow>
                {
                    Unique = true,
                    PartialFilterExpression = Builders<AuditRow>.Filter.Gt(r => r.Number, 0),
                }
            )
        );
    }

    private static Task Create<T>(IMongoCollection<T> rows, CancellationToken cancellationToken, params CreateIndexModel<T>[] indexes) =>
        rows.Indexes.CreateManyAsync(indexes, cancellationToken);

    private static CreateIndexModel<T> Key<T>(params string[] fields) => new(Ascending<T>(fields));

    private static CreateIndexModel<T> Unique<T>(params string[] fields) =>
        new(Ascending<T>(fields), new CreateIndexOptions { Unique = true });

    private static IndexKeysDefinition<T> Ascending<T>(params string[] fields) =>
        Builders<T>.IndexKeys.Combine(fields.Select(field => Builders<T>.IndexKeys.Ascending(field)));
}
