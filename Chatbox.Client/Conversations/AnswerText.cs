using System.Globalization;
using Chatbox.Client.Frames;

namespace Chatbox.Client.Conversations;

/// <summary>How the pieces of an answer become its text. Protocol section 5, "Answers".</summary>
internal static class AnswerText
{
    /// <summary>
    /// Applies a piece, a reset, a thought or the end. A piece that starts behind the end of the text changes nothing but
    /// <see cref="ChatEntry.HasGap"/>: only another connection at the resume point brings the missing text.
    /// </summary>
    public static ChatEntry Apply(ChatEntry answer, ChatFrame piece)
    {
        var content = piece.Content ?? "";
        var offset = piece.Offset ?? answer.Text.Length;
        if (offset > answer.Text.Length)
            return answer with { HasGap = true };
        var reset = piece.Is("reset");
        // After a reconnect, a piece can begin within the text that is here already.
        var text = reset ? answer.Text[..offset] + content : answer.Text + content[Math.Min(content.Length, answer.Text.Length - offset)..];
        answer = Think(answer, piece) with { Text = text, HasGap = false, State = reset ? EntryState.Streaming : answer.State };
        return piece.Is("done")
            ? answer with
            {
                State = EntryState.Done,
                IsThinking = false,
                FinishReason = piece.MetadataValue("finish_reason") ?? "stop",
                IsSuperseded = answer.IsSuperseded || piece.Is("superseded"),
            }
            : answer;
    }

    private static ChatEntry Think(ChatEntry answer, ChatFrame piece)
    {
        if (piece.MetadataValue("thinking") is not { } thinking)
            return answer with { IsThinking = false };
        var before = answer.Thinking ?? "";
        var offset = int.TryParse(piece.MetadataValue("thinking_offset"), CultureInfo.InvariantCulture, out var at) ? at : before.Length;
        return answer with { IsThinking = true, Thinking = before[..Math.Clamp(offset, 0, before.Length)] + thinking };
    }
}
