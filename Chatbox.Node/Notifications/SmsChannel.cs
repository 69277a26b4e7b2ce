using System.Net.Http.Headers;
using System.Text;
using Chatbox.Actors.Notifications;

namespace Chatbox.Node.Notifications;

/// <summary>
/// Sends text messages to one telephone, by the interface of Twilio: a form to <c>/2010-04-01/Accounts/{account}/Messages.json</c>. The
/// interface recognizes no repetition; the message ends with the beginning of its id, by which a person does.
/// </summary>
internal sealed class SmsChannel(SmsOptions options, string recipient, Uri? panel, HttpClient http) : INotificationChannel
{
    /// <summary>Greatest length of the text without its id, in characters. Twilio accepts 1600 and divides them into messages of 70 or 160.</summary>
    private const int MostCharacters = 480;

    private readonly Uri _address = new(
        options.Endpoint,
        $"{options.Endpoint.AbsolutePath.TrimEnd('/')}/2010-04-01/Accounts/{Uri.EscapeDataString(options.Account)}/Messages.json"
    );

    private readonly AuthenticationHeaderValue _login = new(
        "Basic",
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Secret}"))
    );

    public string Channel => ChannelName.Sms;

    public string Target { get; } = TargetId.Of(ChannelName.Sms, recipient);

    public async Task<SendOutcome> Send(Notification notification, CancellationToken cancellationToken)
    {
        var text = NotificationText.Of(notification, panel).Short();
        if (text.Length > MostCharacters)
            text = text[..(char.IsHighSurrogate(text[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters)];
        using var request = new HttpRequestMessage(HttpMethod.Post, _address);
        request.Headers.Authorization = _login;
        request.Content = new FormUrlEncodedContent([
            KeyValuePair.Create("To", recipient),
            KeyValuePair.Create("From", options.From),
            KeyValuePair.Create("Body", $"{text} #{NotificationText.IdOf(notification)[..8]}"),
        ]);
        return await NotificationHttp.Send(http, request, cancellationToken);
    }
}
