using Chatbox.Node.Clustering;
using Chatbox.Node.Clustering.Links;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Mongo;

/// <summary>
/// The register of cluster members and starting nodes in collections. Times are by the clock of the server, because the clocks of nodes may differ.
/// </summary>
internal sealed class MongoRegister(IMongoDatabase database) : IClusterRegister
{
    private const string FormingId = "forming";

    private readonly IMongoCollection<BsonDocument> _members = database.GetCollection<BsonDocument>("cluster_member");
    private readonly IMongoCollection<BsonDocument> _candidates = database.GetCollection<BsonDocument>("cluster_candidate");
    private readonly IMongoCollection<BsonDocument> _forming = database.GetCollection<BsonDocument>("cluster_forming");

    public Task<IReadOnlyList<ClusterAddress>> Others(ClusterAddress self, CancellationToken cancellationToken) =>
        Alive(_members, self, cancellationToken);

    public async Task<IReadOnlyList<ClusterAddress>> Announce(ClusterAddress self, CancellationToken cancellationToken)
    {
        await Note(_candidates, self, cancellationToken);
        return await Alive(_candidates, self, cancellationToken);
    }

    public async Task<bool> TryForm(ClusterAddress self, CancellationToken cancellationToken)
    {
        // A turn expires like an entry. By then the node that formed the cluster is among the members.
        if (!await TakeTurn(self, cancellationToken) || (await Others(self, cancellationToken)).Count > 0)
            return false;
        await Note(_members, self, cancellationToken);
        return true;
    }

    private async Task<bool> TakeTurn(ClusterAddress self, CancellationToken cancellationToken)
    {
        var free = new BsonDocument
        {
            { "_id", FormingId },
            {
                "$or",
                new BsonArray { new BsonDocument("by", self.ToString()), new BsonDocument("$expr", new BsonDocument("$lte", Since())) }
            },
        };
        try
        {
            await _forming.UpdateOneAsync(
                free,
                Builders<BsonDocument>.Update.Pipeline(
                    new BsonDocument[] { new("$set", new BsonDocument { { "by", self.ToString() }, { "seen", "$$NOW" } }) }
                ),
                new UpdateOptions { IsUpsert = true },
                cancellationToken
            );
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            // The document exists and is not free: another node has its turn.
            return false;
        }
    }

    private static BsonArray Since() =>
        ["$seen", new BsonDocument("$subtract", new BsonArray { "$$NOW", (long)IClusterRegister.Lifetime.TotalMilliseconds })];

    private static async Task<IReadOnlyList<ClusterAddress>> Alive(
        IMongoCollection<BsonDocument> entries,
        ClusterAddress self,
        CancellationToken cancellationToken
    )
    {
        var alive = new BsonDocument("$expr", new BsonDocument("$gt", Since()));
        var members = await entries.Find(alive).ToListAsync(cancellationToken);
        return
        [
            .. members.Select(member => new ClusterAddress(member["host"].AsString, member["port"].AsInt32)).Where(node => node != self),
        ];
    }

    public Task Renew(ClusterAddress self, int incarnation, CancellationToken cancellationToken) => Note(_members, self, cancellationToken);

    /// <summary>Always false: MongoDB has no lock that ends with the connection of its holder.</summary>
    public Task<bool> HasLost(ClusterAddress node, int incarnation, CancellationToken cancellationToken) => Task.FromResult(false);

    private static Task Note(IMongoCollection<BsonDocument> entries, ClusterAddress self, CancellationToken cancellationToken) =>
        entries.UpdateOneAsync(
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
