namespace Chatbox.Node.Stores;

/// <summary>The databases that can hold a node's journal, snapshots and index (<c>STORE</c>).</summary>
public enum StoreKind
{
    /// <summary>A file of one node.</summary>
    Sqlite,

    /// <summary>A PostgreSQL database, which nodes of a cluster can share.</summary>
    Postgres,

    /// <summary>A database of a MongoDB replica set, which nodes of a cluster can share.</summary>
    MongoDb,
}
