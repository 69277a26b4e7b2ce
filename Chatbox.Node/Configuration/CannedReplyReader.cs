using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Endpoints.Canned;
using Chatbox.Node.Errors;

namespace Chatbox.Node.Configuration;

/// <summary>Reads the file with the texts that admins send often.</summary>
internal static class CannedReplyReader
{
    public static CannedReplies Read(SettingReader reader, string workingDirectory)
    {
        if (reader.Get(CannedReplySettings.File) is not { Length: > 0 } file)
            return CannedReplies.None;
        try
        {
            return CannedReplies.Open(Path.GetFullPath(file, workingDirectory));
        }
        catch (InvalidDataException e)
        {
            reader.Refuse(CannedReplySettings.File.Key, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reader.Refuse(CannedReplySettings.File.Key, $"{ErrorText.Quote(file)} cannot be read");
        }

        return CannedReplies.None;
    }
}
