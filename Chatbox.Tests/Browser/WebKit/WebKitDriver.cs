using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpenQA.Selenium;
using OpenQA.Selenium.Remote;

namespace Chatbox.Tests.Browser.WebKit;

/// <summary>
/// WebKit, the engine of Safari, on a display of its own that nobody sees. Each test opens a browser of its own. Does nothing where WebKit is
/// missing, because the tests are skipped then.
/// </summary>
public sealed class WebKitDriver : IAsyncLifetime
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _said = new();
    private readonly List<Process> _processes = [];
    private Uri? _address;

    public async Task InitializeAsync()
    {
        if (Requirements.MissingWebKit is not null)
            return;

        // The server chooses a free display and writes its number.
        var screen = Start("Xvfb", null, "-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1280x1024x24");
        using var deadline = new CancellationTokenSource(StartTimeout);
        var display = await screen.StandardOutput.ReadLineAsync(deadline.Token) ?? throw Failure("Xvfb has no display");

        var port = FreePort();
        var driver = Start(
            "WebKitWebDriver",
            $":{display}",
            "--host=127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"--port={port}")
        );
        _address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        await UntilReady(driver, deadline.Token);
    }

    public async Task DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Opens a browser without history, cookies or stored data.</summary>
    internal IWebDriver Open() =>
        new RemoteWebDriver(_address ?? throw new InvalidOperationException("WebKit is not running."), new Options());

    private Process Start(string program, string? display, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (display is not null)
            start.Environment["DISPLAY"] = display;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        _processes.Add(process);

        // Also keeps the pipe from filling up, which would block the process.
        process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        return process;
    }

    private async Task UntilReady(Process driver, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = _address };
        using var pause = new GrowingPause();
        while (!await Answers(http, cancellationToken))
        {
            if (driver.HasExited)
                throw Failure("WebKitWebDriver has ended");
            await pause.Next();
        }
    }

    private static async Task<bool> Answers(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("/status", UriKind.Relative), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
    }

    private InvalidOperationException Failure(string what) => new($"{what}: {string.Join('\n', _said)}");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Selenium has no options for WebKit under GTK; the driver chooses its own small browser without any.</summary>
    private sealed class Options : DriverOptions
    {
        public override void AddAdditionalOption(string optionName, object optionValue) =>
            throw new NotSupportedException("WebKit is started as it is.");

        public override ICapabilities ToCapabilities() => GenerateDesiredCapabilities(true);
    }
}
