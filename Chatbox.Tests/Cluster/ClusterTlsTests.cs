using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Chatbox.Node.Stores.Postgres;
using Chatbox.Tests.Servers;
using Npgsql;

namespace Chatbox.Tests.Cluster;

/// <summary>The connections between nodes carry conversations, so only nodes may open them.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ClusterTlsTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-certificates-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [FactRequiresPostgres]
    public async Task Nodes_talk_over_tls_and_nobody_else_gets_in()
    {
        using var stranger = new CertificateAuthority(_folder, "stranger");
        await using var cluster = await NodeCluster.Start(2);
        cluster.Models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");

        await using (var here = new CrashClient("alice"))
        await using (var there = new CrashClient("alice"))
        {
            await here.Connect(cluster.Nodes[0]);
            await there.Connect(cluster.Nodes[1]);
            await here.Say("across", "a");
            await here.Until(1, 1);
            await there.Until(1, 1);
            Assert.Equal(here.Answers, there.Answers);
        }

        var (foreign, foreignKey) = stranger.Sign("foreign");
        using var shown = X509Certificate2.CreateFromPemFile(foreign, foreignKey);
        foreach (var address in cluster.ClusterAddresses)
        {
            Assert.True(await IsTurnedAway(IPEndPoint.Parse(address), shown));
            Assert.True(await IsTurnedAway(IPEndPoint.Parse(address), null));
        }
    }

    [FactRequiresPostgres]
    public async Task Something_that_accepts_and_closes_in_a_dead_nodes_place_ends_no_good_node()
    {
        await using var cluster = await NodeCluster.Start(3);
        cluster.Models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");
        var port = IPEndPoint.Parse(cluster.ClusterAddresses[2]).Port;

        // The others must go on to connect, so there is no proof that the process has ended: somebody holds its lock.
        await using var lockHolder = await HoldIncarnation(cluster, port);
        await cluster.Nodes[2].Kill();
        using (var bad = new BadPeer(aborts: false, port))
        {
            // Akka's own transport ends the node after one refused handshake; ours must not.
            using var deadline = new CancellationTokenSource(Deadline);
            while (bad.Accepted < 6)
                await Task.Delay(50, deadline.Token);

            Assert.All(cluster.Nodes.Take(2), node => Assert.False(node.HasExited, node.Output));
            await using var client = new CrashClient("alice");
            await client.Connect(cluster.Nodes[0]);
            await client.Say("still here?", "s");
            await client.Until(1, 1);
        }

        await cluster.Nodes[2].Start();
        Assert.All(cluster.Nodes, node => Assert.False(node.HasExited, node.Output));
    }

    private static async Task<NpgsqlConnection> HoldIncarnation(NodeCluster cluster, int port)
    {
        var connection = new NpgsqlConnection(cluster.Store.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"""
            SELECT pg_advisory_lock_shared({PostgresPresence.Incarnations}, incarnation)::text FROM cluster_member
            WHERE port = {port} AND incarnation IS NOT NULL
            """,
            connection
        );
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new GrowingPause();
        while (await command.ExecuteScalarAsync(deadline.Token) is null)
            await pause.Next();
        return connection;
    }

    /// <summary>Whether the node closes a connection whose client shows this certificate, or none.</summary>
    private static async Task<bool> IsTurnedAway(IPEndPoint node, X509Certificate2? shown)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var socket = new TcpClient();
        await socket.ConnectAsync(node, deadline.Token);
        await using var tls = new SslStream(socket.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "node",
                    ClientCertificates = shown is null ? null : [shown],
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                },
                deadline.Token
            );
            // In TLS 1.3 the server reports a refused client certificate only after the handshake.
            return await tls.ReadAsync(new byte[1], deadline.Token) == 0;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return true;
        }
    }
}
