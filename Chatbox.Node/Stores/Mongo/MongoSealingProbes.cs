using Chatbox.Node.Sealing;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Mongo;

/// <summary>The encryption probes in MongoDB.</summary>
internal sealed class MongoSealingProbes(IMongoDatabase database) : ISealingProbes
{
    private const string KeyId = "_id";
    private const string Probe = "probe";

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    private readonly IMongoCollection<BsonDocument> _keys = database.GetCollection<BsonDocument>("sealing_keys");

    public IReadOnlyList<SealingProbe> All() =>
        [
            .. _keys
                .Find(Where.Empty)
                .Sort(Builders<BsonDocument>.Sort.Ascending(KeyId))
                .ToEnumerable()
                .Select(key => new SealingProbe(key[KeyId].AsString, key[Probe].AsByteArray)),
        ];

    public void Put(SealingProbe probe) =>
        _keys.UpdateOne(
            Where.Eq(KeyId, probe.KeyId),
            Builders<BsonDocument>.Update.Set(Probe, probe.Record),
            new UpdateOptions { IsUpsert = true }
        );

    public void RemoveAllBut(string keyId) => _keys.DeleteMany(Where.Ne(KeyId, keyId));
}
