using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Akka.Event;
using Akka.Hosting;
using Chatbox.Node.Clustering;
using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Chatbox.Tests.Integration;

public sealed class LoggingTests
{
    private const string Secret = "s3cr3t-and-private";

    /// <summary>
    /// Collects every line that the node's configuration lets through, in both formats and with all state, before redaction.
    /// </summary>
    private sealed class Sink : ILoggerProvider
    {
        private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

        private readonly Channel<string> _arrivals = Channel.CreateUnbounded<string>();

        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Add);

        public async Task UntilLogged(string text)
        {
            using var deadline = new CancellationTokenSource(Deadline);
            while (!(await _arrivals.Reader.ReadAsync(deadline.Token)).Contains(text, StringComparison.Ordinal)) { }
        }

        private void Add(string line)
        {
            Lines.Enqueue(line);
            _arrivals.Writer.TryWrite(line);
        }

        public void Dispose() { }

        private sealed class Logger(string category, Action<string> add) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
            {
                var fields = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
                add($"{category} {format(state, exception)} {exception} {string.Join(' ', fields)}");
            }
        }
    }

    private static async Task<string[]> LinesOf(LogLevel level, Func<TinyHost, Task> drive)
    {
        var sink = new Sink();
        var host = await TinyHost.Start(
            app =>
            {
                app.MapGet("/chatbox/ws", (ILogger<LoggingTests> log) => log.LogInformation("A socket came"));
                app.MapGet("/chatbox/away", () => Results.Redirect($"/chatbox/ws?token={Secret}"));
                app.MapGet("/chatbox/broken", new Func<IResult>(() => throw new InvalidOperationException("broken on purpose")));
            },
            builder =>
            {
                // An operator's environment or an appsettings file could set this.
                builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace";
                builder.Logging.AddChatboxLogging(level, json: true);
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(sink);
            }
        );
        await drive(host);
        await host.DisposeAsync();
        return [.. sink.Lines];
    }

    [Theory]
    [InlineData(LogLevel.Debug)]
    [InlineData(LogLevel.Information)]
    public async Task Tokens_in_addresses_reach_no_log(LogLevel level)
    {
        var lines = await LinesOf(
            level,
            async host =>
            {
                foreach (var path in new[] { "ws", "away", "broken", "nothing" })
                    await host.Client.GetAsync($"/chatbox/{path}?token={Secret}");
                await SendRaw(host.Address, $"GET /chatbox/ws?token={Secret} and more HTTP/1.1\r\nHost: x\r\n\r\n");
                await SendRaw(host.Address, $"GET /chatbox/ws?token={Secret} HTTP/1.1\r\nHost: x\r\nHost: y\r\nBad Header\r\n\r\n");
            }
        );

        Assert.Contains(lines, line => line.Contains("A socket came", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failed_request_is_logged_once_with_its_exception()
    {
        var lines = await LinesOf(LogLevel.Information, host => host.Client.GetAsync("/chatbox/broken"));

        var failure = Assert.Single(lines, line => line.Contains("broken on purpose", StringComparison.Ordinal));
        Assert.Contains("Request GET /chatbox/broken failed", failure);
    }

    [Theory]
    [InlineData(LogLevel.Debug, "informs warns fails")]
    [InlineData(LogLevel.Information, "warns fails")]
    [InlineData(LogLevel.Warning, "warns fails")]
    [InlineData(LogLevel.Error, "fails")]
    public async Task Actor_system_tells_of_itself_only_when_debugging(LogLevel level, string expected)
    {
        var sink = new Sink();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.AddChatboxLogging(level, json: true).ClearProviders().AddProvider(sink);
        builder.Services.AddAkka(
            "chatbox",
            akka =>
                akka.ConfigureLoggers(loggers =>
                {
                    loggers.ClearLoggers();
                    loggers.AddLoggerFactory();
                })
        );
        await using (var app = builder.Build())
        {
            await app.StartAsync();
            var log = Akka.Event.Logging.GetLogger(app.Services.GetRequiredService<Akka.Actor.ActorSystem>(), "an actor");
            log.Info("An actor informs");
            log.Warning("An actor warns");
            log.Error("An actor fails");
            // An actor writes the log, and drops unread messages when its system stops.
            await sink.UntilLogged("An actor fails");
            await app.StopAsync();
        }

        var told = sink.Lines.Where(line => line.Contains("An actor ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(expected.Split(' '), told.Select(line => Regex.Match(line, "An actor (\\w+)").Groups[1].Value));
    }

    /// <summary>
    /// Akka's line about an undelivered message quotes the message. The test checks the setting, because no wait can show that a line never
    /// comes.
    /// </summary>
    [Fact]
    public async Task What_people_say_is_not_quoted_where_it_cannot_be_delivered()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.AddChatboxLogging(LogLevel.Debug, json: true).ClearProviders();
        var alone = new ClusterNodeOptions([], new ClusterAddress("localhost", 4053));
        builder.Services.AddAkka("chatbox", akka => akka.WithChatboxCluster(alone));
        await using var app = builder.Build();
        await app.StartAsync();

        Assert.Equal(0, app.Services.GetRequiredService<Akka.Actor.ActorSystem>().Settings.LogDeadLetters);
    }

    [Fact]
    public void Json_event_is_one_line_with_its_fields()
    {
        var line = Write(
            new JsonLogFormatter(TimeProvider.System),
            log => log.LogWarning(new EventId(7, "Slow"), "User {User} waited {Seconds}\nseconds", "alice", 2.5)
        );
        var json = JsonDocument.Parse(line).RootElement;

        Assert.Equal(1, line.Count(character => character == '\n'));
        Assert.EndsWith("Z", json.GetProperty("timestamp").GetString());
        Assert.Equal("warn", json.GetProperty("level").GetString());
        Assert.Equal("test", json.GetProperty("category").GetString());
        Assert.Equal(7, json.GetProperty("event_id").GetInt32());
        Assert.Equal("Slow", json.GetProperty("event").GetString());
        Assert.Equal("User alice waited 2.5\nseconds", json.GetProperty("message").GetString());
        Assert.Equal("alice", json.GetProperty("fields").GetProperty("User").GetString());
        Assert.Equal(2.5, json.GetProperty("fields").GetProperty("Seconds").GetDouble());
    }

    [Fact]
    public void Line_for_a_person_is_one_line()
    {
        var line = Write(new LineLogFormatter(TimeProvider.System), log => log.LogInformation("first\nsecond"));

        Assert.EndsWith(" info  test: first second\n", line);
    }

    [Theory]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoiYSJ9.c2lnbmF0dXJl")]
    [InlineData("wss://host/ws?session_id=1&token=abc.def&last_seq=2")]
    [InlineData("Authorization: Bearer abc.def")]
    [InlineData("chatbox.v1, bearer.abc.def")]
    public void What_looks_like_a_token_is_replaced_in_both_formats(string text)
    {
        ConsoleFormatter[] formatters = [new JsonLogFormatter(TimeProvider.System), new LineLogFormatter(TimeProvider.System)];
        foreach (var formatter in formatters)
        {
            var line = Write(formatter, log => log.LogError(new InvalidOperationException(text), "Failed on {What}", text));
            Assert.DoesNotContain("abc.def", line);
            Assert.DoesNotContain("eyJ", line);
            Assert.Contains("[redacted]", line);
        }
    }

    [Theory]
    [InlineData("debug", LogLevel.Debug)]
    [InlineData("INFO", LogLevel.Information)]
    [InlineData("warn", LogLevel.Warning)]
    [InlineData("warning", LogLevel.Warning)]
    [InlineData("error", LogLevel.Error)]
    public void Log_levels_are_read_by_name(string text, LogLevel expected)
    {
        Assert.True(LogLevels.TryParse(text, out var level));
        Assert.Equal(expected, level);
    }

    [Theory]
    [InlineData("loud")]
    [InlineData("")]
    [InlineData(null)]
    public void Unknown_log_levels_are_refused(string? text) => Assert.False(LogLevels.TryParse(text, out _));

    private static string Write(ConsoleFormatter formatter, Action<ILogger> log)
    {
        var text = new StringWriter();
        log(new FormattingLogger(formatter, text));
        return text.ToString();
    }

    private static async Task SendRaw(Uri address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 400", await reader.ReadToEndAsync());
    }

    private sealed class FormattingLogger(ConsoleFormatter formatter, TextWriter writer) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format) =>
            formatter.Write(new LogEntry<TState>(level, "test", id, state, exception, format), null, writer);
    }
}
