namespace Chatbox.Node.Models.Speech;

/// <summary>Where a service of voices is, and as whom the node calls it.</summary>
/// <param name="Endpoint">The base address, or the address of the operation itself.</param>
/// <param name="ApiKey">Secret, never logged. Empty for a service that needs no key.</param>
/// <param name="Model">The service's own name of the model.</param>
public sealed record VoiceServiceOptions(Uri Endpoint, string ApiKey, string Model)
{
    // A record prints its members, and the key must not reach a log.
    public override string ToString() => $"{Model} at {Endpoint}";

    /// <summary>The address of an operation below the endpoint, whose query is kept.</summary>
    internal Uri Operation(string operation)
    {
        var builder = new UriBuilder(Endpoint);
        var path = builder.Path.TrimEnd('/');
        builder.Path = path.EndsWith($"/{operation}", StringComparison.OrdinalIgnoreCase) ? path : $"{path}/{operation}";
        return builder.Uri;
    }
}
