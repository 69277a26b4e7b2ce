using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Tests.Unit.Models;

/// <summary>Tests of an answer to a message with files, which come when the test lets them.</summary>
public sealed class AnswerFilesTests : ModelTestKit
{
    private readonly ScriptedReader _reader = new();
    private int _freed;

    [Fact]
    public void Model_is_asked_once_the_files_are_read_and_the_session_is_told_what_was_missed()
    {
        var session = Start(File("a.png", FileReading.Image), File("b.txt", FileReading.Text), File("c.pdf", FileReading.Text));
        _reader.Give("a.png", new ReadFile.AsBytes(Given("a.png")));
        _reader.Give("b.txt", new ReadFile.AsText("read me", IsWhole: true));
        Assert.Equal(0, Client.CallsWaiting);
        _reader.Give("c.pdf", null);

        var told = session.ExpectMsg<FilesRead>();
        Assert.Equal(["c.pdf"], told.Missed.Select(file => file.Name));
        var contents = Client.NextCall().Messages.Single().Contents;
        Assert.Equal("words", ((TextContent)contents[0]).Text);
        Assert.Equal("a.png", ((GivenFile)contents[1]).File.Name);
        Assert.Equal("[Attached: b.txt (text/plain). Its text:]\nread me\n[End of b.txt]", ((TextContent)contents[2]).Text);
        Assert.Equal("[Attached: c.pdf (text/plain). You cannot open this file.]", ((TextContent)contents[3]).Text);
        Assert.Equal(TokenEstimate.Of(new ChatMessage(ChatRole.User, contents)).Total, told.PromptTokens);
    }

    [Fact]
    public void File_that_takes_too_long_is_named_and_the_answer_comes()
    {
        var session = Start(File("a.png", FileReading.Image));
        _reader.Asked("a.png");

        Clock.Advance(Options.FilesTimeout);

        Assert.Equal(["a.png"], session.ExpectMsg<FilesRead>().Missed.Select(file => file.Name));
        Client.NextCall().Finish();

        // What comes later is let go of.
        _reader.Give("a.png", new ReadFile.AsBytes(Given("a.png")));
        AwaitAssert(() => Assert.Equal(1, _freed));
    }

    [Fact]
    public void Memory_of_files_is_free_when_the_answer_has_ended()
    {
        var session = Start(File("a.png", FileReading.Image));
        _reader.Give("a.png", new ReadFile.AsBytes(Given("a.png")));
        session.ExpectMsg<FilesRead>();
        var call = Client.NextCall();
        call.Say("Seen.");
        Takes(session, "Seen.");
        Assert.Equal(0, _freed);

        call.Finish();
        Ends(session, FinishReason.Stop);
        AwaitAssert(() => Assert.Equal(1, _freed));
    }

    [Fact]
    public void Memory_of_files_is_free_when_the_answer_is_cancelled_before_they_are_read()
    {
        Start(File("a.png", FileReading.Image));
        _reader.Asked("a.png");

        Watch(_answer);
        Sys.Stop(_answer);
        ExpectTerminated(_answer);
        _reader.Give("a.png", new ReadFile.AsBytes(Given("a.png")));

        AwaitAssert(() => Assert.Equal(1, _freed));
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public void Files_beyond_what_a_request_may_have_are_named_and_take_no_memory()
    {
        var session = Start(File("a.pdf", FileReading.Document), File("b.pdf", FileReading.Document), File("c.png", FileReading.Image));
        _reader.Give("a.pdf", new ReadFile.AsBytes(Given("a.pdf", (int)PromptReading.MostBytes - 10)));
        _reader.Give("b.pdf", new ReadFile.AsBytes(Given("b.pdf", 11)));
        _reader.Give("c.png", new ReadFile.AsBytes(Given("c.png", 10)));

        Assert.Equal(["b.pdf"], session.ExpectMsg<FilesRead>().Missed.Select(file => file.Name));
        var contents = Client.NextCall().Messages.Single().Contents;
        Assert.Equal(["a.pdf", "c.png"], contents.OfType<GivenFile>().Select(file => file.File.Name));
        Assert.Equal(1, _freed);
    }

    [Fact]
    public void Node_that_reads_no_files_names_them()
    {
        var session = StartWith(null, File("a.png", FileReading.Image));

        Assert.Equal(["a.png"], session.ExpectMsg<FilesRead>().Missed.Select(file => file.Name));
        Assert.Equal("words", ((TextContent)Client.NextCall().Messages.Single().Contents[0]).Text);
    }

    private IActorRef _answer = ActorRefs.Nobody;

    private TestProbe Start(params AIContent[] files) => StartWith(_reader, files);

    private TestProbe StartWith(IPromptFileReader? reader, params AIContent[] files)
    {
        var session = CreateTestProbe();
        var request = Ask("a") with { Prompt = [new ChatMessage(ChatRole.User, [new TextContent("words"), .. files])] };
        _answer = CreateTestProbe()
            .ChildActorOf(
                Props.Create(() =>
                    new AnswerActor(request, session, Model(1), Client, new ModelFiles(reader, null), Options, new NoMetrics(), Clock, null)
                )
            );
        return session;
    }

    private static PromptFile File(string name, FileReading reading) => new(Known(name), reading, 1_000, 100);

    private GivenFile Given(string name, int bytes = 10) =>
        new(Known(name), "image/jpeg", new byte[bytes], 100, new Freeing(() => Interlocked.Increment(ref _freed)));

    private static MessageFile Known(string name) => new($"id-{name}", null, name, "text/plain", 10);

    private sealed class Freeing(Action free) : IDisposable
    {
        public void Dispose() => free();
    }

    private sealed class ScriptedReader : IPromptFileReader
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource<ReadFile?>> _files = new();
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource> _asked = new();

        public Task<ReadFile?> Read(PromptFile file, CancellationToken cancellationToken)
        {
            AskedFor(file.File.Name).TrySetResult();
            return Of(file.File.Name).Task;
        }

        public void Give(string name, ReadFile? file) => Of(name).SetResult(file);

        public void Asked(string name) => Assert.True(AskedFor(name).Task.Wait(TimeSpan.FromSeconds(10)));

        private TaskCompletionSource<ReadFile?> Of(string name) => _files.GetOrAdd(name, _ => new());

        private TaskCompletionSource AskedFor(string name) => _asked.GetOrAdd(name, _ => new());
    }
}
