using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>Recordings in a <see cref="SimulatedSession"/>, and their transcriptions.</summary>
internal static class SimulatedVoice
{
    /// <summary>Whether the running answer waits for a transcript, so that no model has been asked.</summary>
    public static bool IsAwaited(SimulatedSession session) =>
        session.State.Running is { } running && session.State.IsTranscribing(running.QuestionId);

    /// <summary>The owner sends a recording, whose transcription begins.</summary>
    public static bool Speak(SimulatedSession session, SimulatedClient? sender)
    {
        var (id, owner, at) = (SimulatedSession.Id, SimulatedSession.Owner, SimulatedSession.Start);
        var name = session.NextName();
        var (command, question, answer) = (new CommandId($"c{name}"), new MessageId($"vq{name}"), new MessageId($"va{name}"));
        var nothing = SimulatedSession.NoMetadata;
        var submit = new SubmitMessage(id, command, true, owner, "", nothing, at, Admission.Granted) { Files = SimulatedClient.Spoken };
        if (session.State.Refuse(submit) is not null)
            return false;
        var idle = session.State.Running is null;
        session.Journal(new MessageSubmitted(id, command, question, answer, owner, "", nothing, at, at) { Files = submit.Files });
        session.Journal(new TranscriptionRequested(id, null, question, at));
        if (session.Acknowledge(sender, command))
            sender!.Says(command, "");
        if (idle && session.State.Running is not null)
            session.Begin();
        session.PumpAll();
        return true;
    }

    /// <summary>The transcription of one of the recordings ends.</summary>
    /// <param name="which">Counts the transcriptions that run, from 0; modulo their number.</param>
    public static void Hear(SimulatedSession session, int which, bool fails)
    {
        var running = session.State.Transcribing;
        if (running.IsEmpty)
            return;
        var message = running[which % running.Count];
        var (text, failure) = fails ? ("", TranscriptionFailure.Unavailable) : ($"said in {message}", default(TranscriptionFailure?));
        session.Journal(
            new TranscriptionFinished(
                SimulatedSession.Id,
                new MessageId($"t{session.NextName()}"),
                message,
                text,
                failure,
                SimulatedSession.Start
            )
        );
        if (session.State.Running?.QuestionId == message)
            session.Begin();
        session.PumpAll();
    }
}
