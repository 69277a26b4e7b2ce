using Chatbox.Node.Models;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Clients;

/// <summary>A model whose answer follows from the question, and whose test decides how much of it comes.</summary>
internal sealed class HeldModel(IReadOnlyDictionary<string, IReadOnlyList<string>> answers)
{
    private readonly Lock _gate = new();
    private readonly List<Queue<TaskCompletionSource>> _answers = [];
    private int _open = int.MaxValue;

    /// <summary>Further answers stop after this many pieces.</summary>
    public void StopAfter(int pieces)
    {
        lock (_gate)
            _open = pieces;
    }

    /// <summary>Lets the rest of all answers come, a number of pieces at a time.</summary>
    public void Continue(int pieces = int.MaxValue)
    {
        lock (_gate)
        {
            _open = int.MaxValue;
            foreach (var answer in _answers)
                Release(answer, pieces);
        }
    }

    public ModelScript Answer(RecordedRequest request)
    {
        var said = request.Json.GetProperty("messages").EnumerateArray().Select(message => message.Text("content")!).ToList();
        // After a crash the node asks the model to go on: the message before that request is the beginning of the answer.
        var goesOn = said[^1] == Continuation.Instruction;
        var whole = answers.GetValueOrDefault(said[goesOn ? ^3 : ^1]) ?? ["Well, ", "well."];
        var pieces = goesOn ? [string.Concat(whole)[said[^2].Length..]] : whole;
        var gates = pieces.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToList();
        lock (_gate)
        {
            var held = new Queue<TaskCompletionSource>(gates);
            _answers.Add(held);
            Release(held, _open);
        }

        return pieces
            .Zip(gates, (piece, gate) => (Text: piece, Gate: gate))
            .Aggregate(ModelScript.Begin(), (script, piece) => script.Wait(piece.Gate.Task).Pieces(piece.Text))
            .Usage(1, 1)
            .End();
    }

    private static void Release(Queue<TaskCompletionSource> answer, int pieces)
    {
        for (var released = 0; released < pieces && answer.TryDequeue(out var gate); released++)
            gate.SetResult();
    }
}
