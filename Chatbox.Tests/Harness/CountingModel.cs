using Chatbox.Node.Models;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Harness;

/// <summary>
/// A model whose answers repeat the question and count to ten, word by word. After a crash the model continues where its text ends.
/// </summary>
internal static class CountingModel
{
    public static string AnswerTo(string question) =>
        $"To “{question}”: one, two, three, four, five, six, seven, eight, nine, ten. 日本語 😀";

    /// <param name="delay">Pause after each word.</param>
    public static ModelScript Answer(RecordedRequest request, TimeSpan delay)
    {
        var said = request.Json.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("content").GetString()!).ToList();
        var goesOn = said[^1] == Continuation.Instruction;
        var (question, prefix) = goesOn ? (said[^3], said[^2]) : (said[^1], "");
        return AnswerTo(question)[prefix.Length..]
            .Split(' ')
            .Select((word, n) => n == 0 ? word : $" {word}")
            .Aggregate(ModelScript.Begin(), (script, word) => script.Pieces(word).Delay(delay))
            .Usage(1, 1)
            .End();
    }
}
