using Chatbox.Actors.Dispatch;
using static Chatbox.Messages.HelpDesk.HelpDeskProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>
/// Which part of an open session handles which message of people: the commands of its owner and of admins, what they tell each other while they
/// are there, and the end of the session.
/// </summary>
internal static class ConversationTable
{
    public static MessageTable<SessionActor> WithConversation(this MessageTable<SessionActor> table) =>
        table
            .On<ShowTyping>((session, message) => session.Parts.Takeover.Handle(message))
            .On<MarkSeen>((session, message) => session.Parts.Takeover.Handle(message))
            .On<SubmitMessage>((session, command) => session.Parts.Admission.Admit(command, session.Parts.Conversation.Handle))
            .On<SelectModel>((session, command) => session.Parts.Admission.Admit(command, session.Parts.Conversation.Handle))
            .On<StopAnswer>((session, command) => session.Parts.Admission.Admit(command, session.Parts.Conversation.Handle))
            .On<RegenerateAnswer>((session, command) => session.Parts.Admission.Admit(command, session.Parts.Conversation.Handle))
            .On<TranscribeMessage>((session, command) => session.Parts.Admission.Admit(command, session.Parts.Transcriptions.Handle))
            .On<RequestHelp>((session, command) => session.Parts.Admission.Admit(command, session.Parts.HelpCommands.Handle))
            .On<RateConversation>((session, command) => session.Parts.Admission.Admit(command, session.Parts.HelpCommands.Handle))
            .On<ShowQueuePlace>((session, message) => session.Parts.HelpCommands.Handle(message))
            .On<TakeOver>((session, command) => session.Parts.Admission.AdmitAdmin(command, session.Parts.Takeover.Handle))
            .On<LeaveTakeover>((session, command) => session.Parts.Admission.AdmitAdmin(command, session.Parts.Takeover.Handle))
            .On<OfferTransfer>((session, command) => session.Parts.Admission.AdmitAdmin(command, session.Parts.Takeover.Handle))
            .On<DeclineTransfer>((session, command) => session.Parts.Admission.AdmitAdmin(command, session.Parts.Takeover.Handle))
            .On<SubmitAdminMessage>((session, command) => session.Parts.Admission.AdmitAdmin(command, session.Parts.Takeover.Handle))
            .On<AddNote>((session, command) => session.Parts.Admission.AdmitAdmin(command, session.Parts.Takeover.Handle))
            .On<GetOwnership>((session, query) => session.Parts.Ending.ReplyOwnership(query.UserId))
            .On<EndSession>((session, command) => session.Parts.Admission.Admit(command, named: false, session.Parts.Ending.Handle))
            .On<RenameSession>((session, command) => session.Parts.Admission.Admit(command, named: false, session.Parts.Naming.Handle))
            .On<EndIfIdle>((session, _) => session.Parts.Ending.EndIfIdle())
            .On<ReopenSession>((session, message) => session.Parts.Ending.Handle(message))
            .On<RetireSession>((session, message) => session.Parts.Ending.Handle(message));
}
