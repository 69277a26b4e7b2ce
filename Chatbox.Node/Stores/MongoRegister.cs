using Chatbox.Node.Clustering;
using Chatbox.Node.Configuration;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Node.Stores;

/// <summary>The members of the cluster in a collection, by the clock of the server: those of the nodes may differ.</summary>
internal sealed class MongoRegister(IMongoDatabase database) : IClusterRegister
{
    private readonly IMongoCollection<BsonDocument> _members = database.GetCollection<BsonDocument>("cluster_member");

    public async Task<IReadOnlyList<ClusterAddress>> Others(ClusterAddress self, CancellationToken cancellationToken)
    {
        var alive = new BsonDocument(
            "$expr",
            new BsonDocument(
                "$gt",
                new BsonArray
                {
                    "$seen",
                    new BsonDocument("$subtract", new BsonArray { "$$NOW", (long)IClusterRegister.Lifetime.TotalMilliseconds }),
                }
            )
        );
        var members = await _members.Find(alive).ToListAsync(cancellationToken);
        return
        [
            .. members.Select(member => new ClusterAddress(member["host"].AsString, member["port"].AsInt32)).Where(node => node != self),
        ];
    }

    public Task Renew(ClusterAddress self, CancellationToken cancellationToken) =>
        _members.UpdateOneAsync(
            Of(self),
            Builders<BsonDocument>.Update.Pipeline(
                new BsonDocument[]
                {
                    new(
                        "$set",
                        new BsonDocument
                        {
                            { "host", self.Host },
                            { "port", self.Port },
                            { "seen", "$$NOW" },
                        }
                    ),
                }
            ),
            new UpdateOptions { IsUpsert = true },
            cancellationToken
        );

    public Task Leave(ClusterAddress self) => _members.DeleteOneAsync(Of(self));

    private static BsonDocument Of(ClusterAddress node) => new("_id", node.ToString());
}
