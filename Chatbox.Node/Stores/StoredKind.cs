namespace Chatbox.Node.Stores;

/// <summary>How much of one kind of data a store has.</summary>
/// <param name="Bytes">Size of the content in bytes, without indexes and without what the database adds to each row.</param>
internal sealed record StoredKind(string Kind, long Rows, long Bytes);
