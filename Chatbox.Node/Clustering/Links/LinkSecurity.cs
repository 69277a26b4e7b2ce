using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Chatbox.Node.Clustering.Links;

/// <summary>
/// Opens both ends of a connection between nodes, in clear text or over TLS with certificates on both ends. Each connection uses the
/// certificates in the files at that time.
/// </summary>
/// <param name="tls">Null for clear text.</param>
internal sealed class LinkSecurity(ClusterTls? tls)
{
    /// <summary>
    /// The first two bytes of a TLS handshake (RFC 8446, section 5.1). As the length of a first message in clear text they would mean at least
    /// 790 bytes, but that message contains little more than a host name of at most 253 characters.
    /// </summary>
    private static readonly byte[] TlsHandshake = [0x16, 0x03];

    /// <param name="socket">A connection that a peer opened; owned by the returned stream, and by the caller if this throws.</param>
    /// <exception cref="AuthenticationException">The peer has no certificate that this node accepts.</exception>
    public async Task<Stream> Accept(Socket socket, CancellationToken cancellationToken)
    {
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (tls is null || (tls.Mode == ClusterTlsMode.Prefer && !await BeginsTls(socket, cancellationToken)))
            return plain;
        var credentials = tls.Current;
        return await Secure(
            plain,
            ssl =>
                ssl.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = credentials.Context,
                        ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = credentials.Accepts,
                        // A resumed session would not check the current certificates.
                        AllowTlsResume = false,
                    },
                    cancellationToken
                )
        );
    }

    /// <param name="dial">Opens a connection to the peer; called again if the peer uses clear text and is allowed to.</param>
    /// <param name="peer">The peer's name in log lines.</param>
    /// <exception cref="AuthenticationException">The peer has no certificate that this node accepts.</exception>
    public async Task<Stream> Connect(Func<CancellationToken, Task<Socket>> dial, string peer, CancellationToken cancellationToken)
    {
        var plain = new NetworkStream(await dial(cancellationToken), ownsSocket: true);
        if (tls is null)
            return plain;
        var credentials = tls.Current;
        try
        {
            return await Secure(
                plain,
                ssl =>
                    ssl.AuthenticateAsClientAsync(
                        new SslClientAuthenticationOptions
                        {
                            TargetHost = peer,
                            ClientCertificateContext = credentials.Context,
                            RemoteCertificateValidationCallback = credentials.Accepts,
                            AllowTlsResume = false,
                        },
                        cancellationToken
                    )
            );
        }
        catch (Exception e) when (tls.Mode == ClusterTlsMode.Prefer && e is IOException)
        {
            // The peer closed the connection because of TLS, so it has no certificate yet.
            return new NetworkStream(await dial(cancellationToken), ownsSocket: true);
        }
    }

    private static async Task<Stream> Secure(Stream plain, Func<SslStream, Task> authenticate)
    {
        var ssl = new SslStream(plain);
        try
        {
            await authenticate(ssl);
            return ssl;
        }
        catch
        {
            await ssl.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> BeginsTls(Socket socket, CancellationToken cancellationToken)
    {
        var first = new byte[TlsHandshake.Length];
        var received = await socket.ReceiveAsync(first, SocketFlags.Peek, cancellationToken);
        return received == first.Length && first.SequenceEqual(TlsHandshake);
    }
}
