using Chatbox.Actors.Notifications;

namespace Chatbox.Node.Notifications;

/// <summary>Registers the channels of notifications, and what watches the node for incidents.</summary>
internal static class NotifierHosting
{
    public static IServiceCollection AddNotifications(this IServiceCollection services, NotifierOptions options)
    {
        services.AddSingleton(options).AddSingleton(options.Notifications).AddSingleton<SentNotifications>();
        services.AddSingleton<NodeIncidentsQueue>().AddSingleton<IIncidents>(provider => provider.GetRequiredService<NodeIncidentsQueue>());
        services.AddSingleton<INotificationChannel, LogChannel>();
        if (options.Mail is { } mail)
            foreach (var recipient in mail.Recipients)
                services.AddSingleton<INotificationChannel>(new MailChannel(mail, recipient, options.Panel));
        if (options.Sms is { } sms)
        {
            var http = NotificationHttp.NewClient();
            foreach (var recipient in sms.Recipients)
                services.AddSingleton<INotificationChannel>(new SmsChannel(sms, recipient, options.Panel, http));
        }

        if (options.Webhook is { } webhook)
            services.AddSingleton<INotificationChannel>(provider => new WebhookChannel(
                webhook,
                options.Panel,
                NotificationHttp.NewClient(),
                provider.GetRequiredService<TimeProvider>()
            ));
        return services.AddSingleton<DirectNotifier>().AddHostedService<TrafficWatch>().AddHostedService<StoreWatch>();
    }
}
