namespace Chatbox.Node.Stores;

/// <summary>The connections of a pool.</summary>
/// <param name="Used">Connections in use.</param>
/// <param name="Idle">Open connections that nobody uses.</param>
/// <param name="Most">Maximum number of connections.</param>
internal sealed record PoolUsage(int Used, int Idle, int Most);
