using System.Collections.Immutable;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using FsCheck.Xunit;
using Microsoft.Extensions.AI;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>Promise context: the model gets the newest exchanges that fit its context, by a rule that can be replayed from the journal.</summary>
public sealed class PromptProperties
{
    private static readonly SessionId Id = new("0123456789abcdef0123456789abcdef");
    private static readonly UserId Alice = new("alice");
    private static readonly ModelId TheModel = new("m");
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly SessionOpened Opened = new(Id, Alice, TheModel, Now);

    private readonly List<ISessionEvent> _journal = [Opened];

    [Property(MaxTest = 500)]
    public void Prompt_is_what_fits_newest_first_and_always_the_system_prompt_and_the_question(
        (byte Question, byte Answer)[] exchanges,
        byte system,
        byte question,
        byte soFar,
        byte window
    )
    {
        _journal.Clear(); // all runs share one object
        _journal.Add(Opened);
        var history = new List<(string, string)[]>();
        foreach (var (asked, answered) in exchanges)
            history.Add(Exchange(Text(asked), Text(answered)));
        var last = Ask(Text(question));
        var begun = Text(soFar);
        if (begun.Length > 0)
            _journal.Add(new AnswerCheckpointed(Id, last, 0, begun, Now));
        var systemPrompt = system == 0 ? null : Text(system);
        var model = new ModelDescription(TheModel, "M", "openai") { ContextTokens = 256 + window * 4, MaxOutputTokens = 64 };

        var state = Replay();
        var prompt = Prompt.For(state, model, systemPrompt);

        // Always present: the system prompt, the question and the answer so far.
        var said = prompt.Select(m => (m.Role.Value, m.Text)).ToList();
        var (head, tail) = (new List<(string, string)>(), new List<(string, string)> { ("user", Text(question)) });
        if (!string.IsNullOrEmpty(systemPrompt))
            head.Add(("system", systemPrompt));
        if (begun.Length > 0)
            tail.Add(("assistant", begun));
        Assert.Equal(head, said.Take(head.Count));
        Assert.Equal(tail, said.TakeLast(tail.Count));

        // In between: the newest whole exchanges without a gap, as many as fit and not one less.
        var middle = said.Skip(head.Count).SkipLast(tail.Count).ToList();
        var kept = Enumerable.Range(0, history.Count + 1).First(n => history.TakeLast(n).SelectMany(e => e).SequenceEqual(middle));
        var budget = model.ContextTokens - model.MaxOutputTokens;
        if (kept > 0)
            Assert.InRange(Prompt.EstimateTokens(prompt), 0, budget);
        if (kept < history.Count)
        {
            var more = history[^(kept + 1)].Select(m => new ChatMessage(new ChatRole(m.Item1), m.Item2));
            Assert.True(Prompt.EstimateTokens(prompt.Concat(more)) > budget);
        }

        // The same prompt from the journal and from a snapshot.
        Assert.Equal(said, Prompt.For(Replay(), model, systemPrompt).Select(m => (m.Role.Value, m.Text)));
        Assert.Equal(said, Prompt.For(ThroughSnapshot(state), model, systemPrompt).Select(m => (m.Role.Value, m.Text)));
    }

    [Fact]
    public void Answer_that_was_withdrawn_is_not_shown_to_the_model_either()
    {
        var answer = Ask("one");
        _journal.Add(new AnswerCheckpointed(Id, answer, 0, "bad words", Now));
        _journal.Add(new AnswerWithdrawn(Id, answer, 0, Now));
        _journal.Add(new AnswerFinished(Id, null, answer, 0, "good ones", FinishReason.Cut, default, null, null, Now));
        Ask("two");
        var prompt = Prompt.For(Replay(), new ModelDescription(TheModel, "M", "openai"), null);
        Assert.Equal(["one", "good ones", "two"], prompt.Select(m => m.Text));
    }

    [Fact]
    public void Model_is_told_the_names_of_files_and_that_it_cannot_open_them()
    {
        var answer = Ask("look", Files(MessageForm.FileUpload, "cat.png", "image/png"));
        _journal.Add(new AnswerFinished(Id, null, answer, 0, "nice", FinishReason.Stop, default, null, null, Now));
        Ask("", Files(MessageForm.VoiceMessage, "a]\n[b.ogg", "audio/ogg"));
        var prompt = Prompt.For(Replay(), new ModelDescription(TheModel, "M", "openai"), null);
        Assert.Equal(
            [
                "look\n\n[Attached: cat.png (image/png). You cannot open this file.]",
                "nice",
                "[A voice message: ab.ogg (audio/ogg). You cannot hear it, and there is no transcript.]",
            ],
            prompt.Select(m => m.Text)
        );
        Assert.Equal(
            prompt.Select(m => m.Text),
            Prompt.For(ThroughSnapshot(Replay()), new(TheModel, "M", "openai"), null).Select(m => m.Text)
        );
    }

    private static MessageFiles Files(MessageForm form, string name, string type) =>
        new(form, [new MessageFile("theirs", "https://files.example/f", name, type, 0)]);

    [Theory]
    [InlineData(false, "c1")]
    [InlineData(true, null)]
    public void Providers_own_conversation_lasts_until_another_model_answers(bool anotherModel, string? expected)
    {
        _journal.Add(new AnswerFinished(Id, null, Ask("one"), 0, "first", FinishReason.Stop, default, null, "c1", Now));
        if (anotherModel)
            _journal.Add(new ModelSelected(Id, new CommandId("m"), new ModelId("n"), Now));
        _journal.Add(new AnswerFinished(Id, null, Ask("two"), 0, "second", FinishReason.Stop, default, null, null, Now));
        _journal.Add(new ModelSelected(Id, new CommandId("m2"), TheModel, Now));
        Assert.Equal(expected, Replay().ProviderConversation);
    }

    [Fact]
    public void Answer_that_ends_after_another_model_was_selected_leaves_it_no_conversation()
    {
        var answer = Ask("one");
        _journal.Add(new ModelSelected(Id, new CommandId("m"), new ModelId("n"), Now));
        _journal.Add(new AnswerFinished(Id, null, answer, 0, "first", FinishReason.Stop, default, null, "c1", Now));
        Assert.Null(Replay().ProviderConversation);
    }

    /// <summary>Texts of many lengths, with characters of one to four bytes.</summary>
    private static string Text(byte seed) =>
        string.Concat(
            Enumerable.Repeat(
                seed % 3 == 0 ? "日"
                    : seed % 3 == 1 ? "ab "
                    : "🙂",
                seed * 2
            )
        );

    private (string, string)[] Exchange(string question, string answer)
    {
        _journal.Add(new AnswerFinished(Id, null, Ask(question), 0, answer, FinishReason.Stop, default, null, null, Now));
        return answer.Length > 0 ? [("user", question), ("assistant", answer)] : [("user", question)];
    }

    private MessageId Ask(string question, MessageFiles? files = null)
    {
        var n = _journal.Count;
        var metadata = ImmutableSortedDictionary<string, string>.Empty;
        var answer = new MessageId($"a{n}");
        _journal.Add(
            new MessageSubmitted(Id, new CommandId($"c{n}"), new MessageId($"q{n}"), answer, Alice, question, metadata, Now, Now)
            {
                Files = files,
            }
        );
        return answer;
    }

    private SessionState Replay()
    {
        var state = new SessionState(Id);
        for (var n = 0; n < _journal.Count; n++)
            state = state.Apply(_journal[n], n + 1);
        return state;
    }

    private static SessionState ThroughSnapshot(SessionState state)
    {
        var row = ChatboxWire.Table.For(typeof(SessionSnapshot));
        return SessionState.From((SessionSnapshot)row.Read(row.Write(state.ToSnapshot(0))));
    }
}
