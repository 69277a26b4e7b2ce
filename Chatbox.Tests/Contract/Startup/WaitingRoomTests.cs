using System.Net;
using System.Net.Sockets;
using Chatbox.Node.Configuration;
using Chatbox.Node.Start;
using Microsoft.Extensions.Configuration;

namespace Chatbox.Tests.Contract.Startup;

/// <summary>The web server of a node that waits for its store.</summary>
public sealed class WaitingRoomTests
{
    /// <summary>A store that opens just then closes the room while a load balancer asks.</summary>
    [Fact]
    public async Task Room_that_closes_answers_every_request_that_it_has_taken()
    {
        var data = Directory.CreateTempSubdirectory("chatbox-test-").FullName;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(TestNode.Settings(data, Ports.Free())!).Build();
        var options = ConfigurationLoader.Load(configuration, data);
        for (var n = 0; n < 20; n++)
        {
            var room = await WaitingRoom.Open(options, "sqlite", 1, new StartProgress());
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{options.Server.Port}") };
            var answers = Enumerable.Range(0, 4).Select(_ => Ask(http)).ToList();

            await room.DisposeAsync();

            Assert.All(
                await Task.WhenAll(answers),
                status => Assert.True(status is null or HttpStatusCode.ServiceUnavailable, $"{status}")
            );
        }

        Directory.Delete(data, recursive: true);
    }

    /// <summary>The status; null for a connection that the room no longer took.</summary>
    private static async Task<HttpStatusCode?> Ask(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("/chatbox/readyz");
            return answer.StatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException) // the latter, if it is closed while it is opened
        {
            return null;
        }
    }
}
