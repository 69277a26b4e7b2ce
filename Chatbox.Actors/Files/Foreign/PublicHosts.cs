using System.Net;
using System.Net.Sockets;

namespace Chatbox.Actors.Files.Foreign;

/// <summary>Resolves the hosts of other people's files, and refuses a host that has any address that is not public.</summary>
/// <param name="resolve">The name service.</param>
/// <param name="isAllowed">Whether a node may connect to an address; <see cref="PublicAddress.IsPublic"/> outside tests.</param>
public sealed class PublicHosts(Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<IPAddress, bool> isAllowed)
{
    /// <summary>The name service of the system.</summary>
    public static PublicHosts System { get; } = new(Dns.GetHostAddressesAsync, PublicAddress.IsPublic);

    /// <summary>The addresses of a host, all of them public; null if the host is unknown, or if one of its addresses is not public.</summary>
    public async Task<IReadOnlyList<IPAddress>?> Resolve(string host, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host, out var literal)
                ? [literal]
                : await resolve(host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return null;
        }

        return addresses.Length > 0 && Array.TrueForAll(addresses, address => isAllowed(address)) ? addresses : null;
    }

    /// <summary>
    /// Connects to a host: to an address that was checked in this call, so that a name that changes its address between the check and the
    /// connection gains nothing.
    /// </summary>
    /// <exception cref="HttpRequestException">The host is not public, or cannot be reached.</exception>
    public async ValueTask<Stream> Connect(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var addresses =
            await Resolve(endPoint.Host, cancellationToken).ConfigureAwait(false)
            ?? throw new HttpRequestException(HttpRequestError.NameResolutionError, "The host of a foreign file is not public.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], endPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The host of a foreign file cannot be reached.", failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
