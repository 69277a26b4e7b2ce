using System.Text.Json;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Commands;

/// <summary>Several devices of one person. Promises all-devices, order and once.</summary>
public sealed class DevicesTests
{
    private const int Devices = 5;
    private const int MessagesEach = 5;

    [Fact]
    public async Task Five_devices_of_which_two_type_at_once_see_the_same_to_the_byte()
    {
        await using var models = await ScriptedModelServer.Start();
        models.Otherwise = _ => ModelScript.Answer("Well, ", "日本語 ", "😀 ", "well.");
        await using var node = await NodeProcess.Start(Settings(models));
        var devices = new List<TestClient>();
        for (var n = 0; n < Devices; n++)
        {
            devices.Add(await node.Connect("alice"));
            await devices[n].Next("connection_status");
        }

        await Task.WhenAll(Type(devices[0], "left"), Type(devices[1], "right"));
        foreach (var device in devices)
            await device.UntilDone(2 * MessagesEach);

        var transcripts = devices.Select(Transcript).ToList();
        Assert.Equal(4 * MessagesEach, transcripts[0].Count);
        Assert.All(transcripts, transcript => Assert.Equal(transcripts[0], transcript));
        Assert.All(devices, device => Assert.Equal(Ends(devices[0]), Ends(device)));
        Assert.All(devices[2..], device => Assert.Equal(Messages(devices[2]), Messages(device)));
        Assert.Equal(Messages(devices[2]).Where(m => m.Contains("right ")), Messages(devices[0]));
        Assert.Equal(Messages(devices[2]).Where(m => m.Contains("left ")), Messages(devices[1]));
        foreach (var device in devices)
            await device.DisposeAsync();
    }

    [Fact]
    public async Task Id_that_is_sent_ten_times_from_two_devices_and_across_a_crash_takes_effect_once()
    {
        await using var models = await ScriptedModelServer.Start();
        models.Otherwise = _ => ModelScript.Answer("Once.");
        await using var node = await NodeProcess.Start(Settings(models));
        var acks = new List<JsonElement>();
        string session;
        await using (var phone = await node.Connect("alice"))
        await using (var desk = await node.Connect("alice"))
        {
            session = (await phone.Next("connection_status")).Text("session_id")!;
            await desk.Next("connection_status");
            await Task.WhenAll(Repeat(phone, 3), Repeat(desk, 2));
            await phone.UntilDone(1);
        }

        await node.Kill();
        await node.Start();
        await using (var phone = await node.Connect("alice", $"session_id={session}"))
        await using (var desk = await node.Connect("alice"))
        {
            await Task.WhenAll(Repeat(phone, 2), Repeat(desk, 3));
        }

        Assert.Equal(10, acks.Count);
        Assert.Single(acks.Select(ack => ack.GetRawText()).Distinct());
        Assert.Single(models.Requests);
        await using var newcomer = await node.Connect("alice", $"session_id={session}&last_seq=0");
        await newcomer.NextDone();
        await newcomer.SendText("""{"type":"ping"}""");
        await newcomer.Next("pong");
        Assert.Single(newcomer.Seen, f => f.Type() == "user_message");
        Assert.Single(newcomer.Seen, f => f.IsDone());

        async Task Repeat(TestClient device, int times)
        {
            for (var n = 0; n < times; n++)
            {
                await device.Say("Only once", "the-one");
                var ack = await device.Next("ack");
                lock (acks)
                    acks.Add(ack);
            }
        }
    }

    private static async Task Type(TestClient device, string name)
    {
        for (var n = 0; n < MessagesEach; n++)
        {
            var id = $"{name}-{n}";
            await device.Say($"{name} {n}", id);
            while ((await device.Next(f => f.Type() is "ack" or "error" && f.Text("id") == id)).Type() == "error")
            {
                // Both devices together have filled the queue; the next end of an answer makes room.
                await device.NextDone();
                await device.Say($"{name} {n}", id);
            }
        }
    }

    /// <summary>Every item that the device was shown, in order, from whatever device it came.</summary>
    private static List<(long Seq, string MessageId, string? Answer)> Transcript(TestClient device) =>
        [
            .. device
                .Seen.Where(f => f.Type() is "ack" or "user_message" || f.IsDone())
                .Select(f => (f.Seq(), f.Text("message_id")!, f.IsDone() ? device.TextOf(f.Text("message_id")!) : null)),
        ];

    private static IEnumerable<string> Ends(TestClient device) => device.Seen.Where(f => f.IsDone()).Select(f => f.GetRawText());

    private static IEnumerable<string> Messages(TestClient device) =>
        device.Seen.Where(f => f.Type() == "user_message").Select(f => f.GetRawText());

    private static Dictionary<string, string> Settings(ScriptedModelServer models) => new(models.ProviderSettings);
}
