using Chatbox.Messages.Sessions;

namespace Chatbox.Messages.Serialization;

/// <summary>Converts the files of a message to and from protobuf. A message without files has no such field.</summary>
internal static class MessageFilesRow
{
    public static Proto.MessageFiles? Write(MessageFiles? files) =>
        files is null ? null : new Proto.MessageFiles { Form = (int)files.Form, Files = { files.Files.Select(Write) } };

    public static MessageFiles? Read(Proto.MessageFiles? files) =>
        files is null ? null : new MessageFiles((MessageForm)files.Form, [.. files.Files.Select(file => Read(file)!)]);

    /// <returns>Null without a file, and then there is no such field.</returns>
    public static Proto.MessageFile? Write(MessageFile? file)
    {
        if (file is null)
            return null;
        var proto = new Proto.MessageFile
        {
            Id = file.Id,
            Name = file.Name,
            MimeType = file.MimeType,
            Size = file.Size,
        };
        if (file.Address is { } address)
            proto.Address = address;
        if (file.Width is { } width)
            proto.Width = width;
        if (file.Height is { } height)
            proto.Height = height;
        return proto;
    }

    public static MessageFile? Read(Proto.MessageFile? p) =>
        p is null
            ? null
            : new MessageFile(p.Id, p.HasAddress ? p.Address : null, p.Name, p.MimeType, p.Size)
            {
                Width = p.HasWidth ? p.Width : null,
                Height = p.HasHeight ? p.Height : null,
            };
}
