using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Chatbox.Tests.Servers;

/// <summary>
/// Exim on a free loopback port, with encryption, a login, and a mailbox in a folder. Its data stays over restarts. The local part
/// <c>nosuchuser</c> is refused for good, and <c>busy</c> for now.
/// </summary>
internal sealed class MailServer : IAsyncDisposable
{
    public const string User = "ci";
    public const string Password = "secret";

    // Exim's language has braces like those of an interpolated string.
    private const string IsUser = "${if and{{eq{$auth2}{" + User + "}}{eq{$auth3}{" + Password + "}}}}";
    private const string OnlyWithTls = "${if eq{$tls_in_cipher}{}{}{*}}";
    private const string Account = "Debian-exim";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private readonly int _port;
    private readonly MailEncryption _encryption;
    private Process? _process;

    private MailServer(string folder, int port, MailEncryption encryption) => (_folder, _port, _encryption) = (folder, port, encryption);

    /// <summary>Prepares the folder. The server runs after <see cref="StartServer"/>.</summary>
    public static async Task<MailServer> Prepare(MailEncryption encryption = MailEncryption.StartTls)
    {
        var folder = Directory.CreateTempSubdirectory("chatbox-mail-").FullName;
        foreach (var name in new[] { "spool", "log", "mail" })
            Directory.CreateDirectory(Path.Combine(folder, name));
        var server = new MailServer(folder, Ports.Free(), encryption);
        using var authority = new CertificateAuthority(folder, "authority");
        authority.Sign("localhost");
        await File.WriteAllTextAsync(server.ConfigurationFile, server.Configuration());
        await Run("chown", "-R", $"{Account}:{Account}", folder);
        await Run("chmod", "755", folder);
        // Exim refuses a configuration that others than root could have written.
        await Run("chown", "root:root", server.ConfigurationFile);
        return server;
    }

    public static async Task<MailServer> Start(MailEncryption encryption = MailEncryption.StartTls)
    {
        var server = await Prepare(encryption);
        await server.StartServer();
        return server;
    }

    /// <summary>Settings by environment name with which a node sends mails here, and trusts the certificate.</summary>
    public IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>
        {
            ["SMTP_HOST"] = "localhost",
            ["SMTP_PORT"] = $"{_port}",
            ["SMTP_TLS"] = _encryption == MailEncryption.Implicit ? "implicit" : "starttls",
            ["SMTP_USER"] = User,
            ["SMTP_PASS"] = Password,
            ["EMAIL_FROM"] = "chatbox@example.org",
            ["ADMIN_EMAILS"] = "admin@example.org",
            ["SSL_CERT_FILE"] = Path.Combine(_folder, "authority.pem"),
        };

    /// <summary>The mails in the mailbox, whole.</summary>
    public IReadOnlyList<string> Mails =>
        Directory.Exists(NewMails) ? [.. Directory.EnumerateFiles(NewMails).Select(File.ReadAllText).Order(StringComparer.Ordinal)] : [];

    private string NewMails => Path.Combine(_folder, "mail", "new");

    private string ConfigurationFile => Path.Combine(_folder, "exim.conf");

    /// <summary>Starts the server, or starts it again.</summary>
    public async Task StartServer()
    {
        _process = Process.Start(Requirements.Exim!, ["-bdf", "-C", ConfigurationFile]);
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new GrowingPause();
        while (!await Accepts(deadline.Token))
        {
            if (_process.HasExited || deadline.IsCancellationRequested)
                throw new InvalidOperationException($"Exim does not run:\n{Log()}");
            await pause.Next();
        }
    }

    public async Task StopServer()
    {
        if (_process is null)
            return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Waits until this many mails are in the mailbox.</summary>
    /// <exception cref="TimeoutException">Fewer came within half a minute.</exception>
    public async Task<IReadOnlyList<string>> UntilMails(int count)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new GrowingPause();
        while (Mails.Count < count)
        {
            if (deadline.IsCancellationRequested)
                throw new TimeoutException($"{Mails.Count} of {count} mails came. Exim wrote:\n{Log()}");
            await pause.Next();
        }

        return Mails;
    }

    public async ValueTask DisposeAsync()
    {
        await StopServer();
        Directory.Delete(_folder, recursive: true);
    }

    private string Log() =>
        string.Concat(Directory.EnumerateFiles(Path.Combine(_folder, "log")).Select(file => $"{file}:\n{File.ReadAllText(file)}\n"));

    private async Task<bool> Accepts(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private string Configuration() =>
        $$"""
            primary_hostname = localhost
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = {{_port}}
            tls_on_connect_ports = {{(_encryption == MailEncryption.Implicit ? _port : "")}}
            keep_environment =
            add_environment =
            spool_directory = {{_folder}}/spool
            log_file_path = {{_folder}}/log/%slog
            pid_file_path = {{_folder}}/spool/exim.pid
            exim_user = {{Account}}
            exim_group = {{Account}}
            never_users =
            deliver_drop_privilege = true
            host_lookup =
            rfc1413_query_timeout = 0s
            tls_advertise_hosts = {{(_encryption == MailEncryption.None ? "" : "*")}}
            tls_certificate = {{_folder}}/localhost.pem
            tls_privatekey = {{_folder}}/localhost.key
            auth_advertise_hosts = {{OnlyWithTls}}
            acl_smtp_rcpt = recipient
            begin acl
            recipient:
              deny  message = log in first
                    !authenticated = *
              deny  message = no such user
                    local_parts = nosuchuser
              defer message = try later
                    local_parts = busy
              accept
            begin routers
            all:
              driver = accept
              transport = mailbox
            begin transports
            mailbox:
              driver = appendfile
              maildir_format
              directory = {{_folder}}/mail
              create_directory
              envelope_to_add
              user = {{Account}}
              group = {{Account}}
            begin retry
            * * F,1h,1m
            begin authenticators
            plain:
              driver = plaintext
              public_name = PLAIN
              server_prompts = :
              server_condition = {{IsUser}}
              server_set_id = $auth2

            """;
}

/// <summary>How a mail server encrypts its connections.</summary>
internal enum MailEncryption
{
    None,
    StartTls,

    /// <summary>From the first byte on, as on port 465.</summary>
    Implicit,
}
