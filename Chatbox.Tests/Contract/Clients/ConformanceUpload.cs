using Chatbox.Client;
using Chatbox.Client.Files;
using Chatbox.Client.Frames;

namespace Chatbox.Tests.Contract.Clients;

/// <summary>A file on its way to the server, and how far it was said to be.</summary>
internal sealed class ConformanceUpload : IProgress<UploadProgress>
{
    private readonly List<UploadProgress> _told = [];
    private readonly Task<UploadedFile> _upload;

    public ConformanceUpload(ChatClient client, string name, byte[] content)
    {
        Content = content;
        var type = name.EndsWith(".wav", StringComparison.Ordinal) ? "audio/wav" : "text/plain";
        _upload = client.Upload(new MemoryStream(content), name, type, this);
    }

    public byte[] Content { get; }

    void IProgress<UploadProgress>.Report(UploadProgress value)
    {
        lock (_told)
            _told.Add(value);
    }

    /// <summary>The file as the server has it.</summary>
    public async Task<UploadedFile> Done()
    {
        var file = await _upload.WaitAsync(ConformancePerson.Deadline);
        lock (_told)
        {
            Assert.All(_told, told => Assert.InRange(told.Sent, 0, Content.Length));
            Assert.Equal(new UploadProgress(Content.Length, Content.Length), _told[^1]);
        }

        return file;
    }

    /// <summary>Why the server does not take the file.</summary>
    public async Task<string?> Refusal() =>
        (await Assert.ThrowsAsync<ChatRequestException>(() => _upload.WaitAsync(ConformancePerson.Deadline))).Reason;
}
