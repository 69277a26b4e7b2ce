using System.Threading.Channels;
using Chatbox.Client.Frames;

namespace Chatbox.Client.Connections;

/// <summary>Brings newer tokens before the one in use expires, as the token's own claim or the server says.</summary>
internal sealed class TokenRenewal(TokenSupply tokens, IConnectionListener listener, TimeProvider clock)
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(10);

    private readonly Channel<bool> _expiring = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>The server says that the token is about to expire.</summary>
    public void ServerSaysSo() => _expiring.Writer.TryWrite(true);

    /// <summary>Renews the token of an open connection until the connection ends.</summary>
    /// <param name="reopen">Opens another connection, for a token that this one cannot take.</param>
    public async Task Serve(ILine line, Action reopen, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await UntilExpiring(cancellationToken).ConfigureAwait(false);
                if (await Newer(cancellationToken).ConfigureAwait(false) is not { } token)
                {
                    await Task.Delay(AskAgainAfter, clock, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                var renewed = listener.MayRenew(token) && line.TakesTokens && line.TrySend(RefreshWith(token));
                tokens.Replace(token);
                if (renewed)
                    continue;
                reopen();
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    private async Task UntilExpiring(CancellationToken cancellationToken)
    {
        try
        {
            var said = _expiring.Reader.WaitToReadAsync(cancellationToken).AsTask();
            await said.WaitAsync(tokens.UntilRefresh(), clock, cancellationToken).ConfigureAwait(false);
            _expiring.Reader.TryRead(out _);
        }
        catch (TimeoutException)
        {
            // The token says so itself.
        }
    }

    private async Task<string?> Newer(CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.GetNewer(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested) // the provider is the caller's: any failure of it is told
        {
            listener.WhenTokenFailed(e);
            return null;
        }
    }

    private static string RefreshWith(string token) => new CommandFrame("token_refresh") { Content = token }.ToText();
}
