namespace Chatbox.Node.Stores;

/// <summary>The databases that can hold a node's journal, snapshots and index (<c>STORE</c>).</summary>
public enum StoreKind
{
    /// <summary>A file of one node.</summary>
    Sqlite,

    /// <summary>A PostgreSQL database, shared by the nodes of a cluster.</summary>
    Postgres,

    /// <summary>A database of a MongoDB replica set, shared by the nodes of a cluster.</summary>
    MongoDb,
}
