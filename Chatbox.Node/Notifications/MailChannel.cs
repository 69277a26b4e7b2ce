using System.Net.Sockets;
using Chatbox.Actors.Notifications;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Chatbox.Node.Notifications;

/// <summary>
/// Sends mails to one address, each in a connection of its own: one recipient for each mail, so that a mailbox that refuses holds up no
/// other, and no recipient sees the others.
/// </summary>
internal sealed class MailChannel(MailOptions options, string recipient, Uri? panel) : INotificationChannel
{
    public string Channel => ChannelName.Mail;

    public string Target { get; } = TargetId.Of(ChannelName.Mail, recipient.ToLowerInvariant());

    public async Task<SendOutcome> Send(Notification notification, CancellationToken cancellationToken)
    {
        using var message = Compose(notification);
        using var client = new SmtpClient
        {
            // Like the runtime's HTTP client: a server for lists of withdrawn certificates that is away must stop no mail.
            CheckCertificateRevocation = false,
        };
        try
        {
            await client.ConnectAsync(options.Host, options.Port, Security(), cancellationToken);
            if (options.User.Length > 0)
                await client.AuthenticateAsync(options.User, options.Password, cancellationToken);
            await client.SendAsync(message, cancellationToken);
        }
        catch (SmtpCommandException e)
        {
            return Outcome(e);
        }
        catch (Exception e) when (e is AuthenticationException or SslHandshakeException or NotSupportedException)
        {
            return new SendOutcome.Retry($"the mail server refuses the login or offers no TLS ({e.GetType().Name})");
        }
        catch (Exception e) when (e is SocketException or IOException or ProtocolException)
        {
            return new SendOutcome.Retry($"the mail server cannot be reached ({e.GetType().Name})");
        }

        await Leave(client, cancellationToken);
        return new SendOutcome.Sent();
    }

    /// <summary>The mail. It is the same at each attempt, with the same Message-ID and date.</summary>
    private MimeMessage Compose(Notification notification)
    {
        var text = NotificationText.Of(notification, panel);
        var from = MailboxAddress.Parse(options.From);
        var message = new MimeMessage
        {
            Subject = $"[Chatbox] {text.Title}",
            Date = notification.Incident.At,
            MessageId = $"{NotificationText.IdOf(notification)}@{from.Domain}",
            Body = new BodyBuilder { TextBody = text.Plain(), HtmlBody = text.Html() }.ToMessageBody(),
        };
        message.From.Add(from);
        message.To.Add(MailboxAddress.Parse(recipient));
        // RFC 3834: no out-of-office replies.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private SecureSocketOptions Security() =>
        options.Security switch
        {
            MailSecurity.Implicit => SecureSocketOptions.SslOnConnect,
            MailSecurity.StartTls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        };

    /// <summary>RFC 5321, section 4.2.1: replies that begin with 5 are final, the others may change.</summary>
    private static SendOutcome Outcome(SmtpCommandException refusal)
    {
        var reason = $"the mail server answered {(int)refusal.StatusCode} ({refusal.ErrorCode})";
        // A refused sender or login is a mistake in the configuration of one side, which can be corrected.
        var isFinal =
            (int)refusal.StatusCode >= 500
            && refusal.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted
            && refusal.StatusCode is not (SmtpStatusCode.AuthenticationRequired or SmtpStatusCode.AuthenticationInvalidCredentials);
        return isFinal ? new SendOutcome.Refused(reason) : new SendOutcome.Retry(reason);
    }

    /// <summary>The server has the mail. Whatever happens while the connection closes changes nothing about that.</summary>
    private static async Task Leave(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(true, cancellationToken);
        }
        catch (Exception e)
            when (e is SocketException or IOException or ProtocolException or OperationCanceledException or CommandException)
        {
            // Disposal closes the socket.
        }
    }
}
