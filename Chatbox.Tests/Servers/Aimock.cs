using System.Text.RegularExpressions;

namespace Chatbox.Tests.Servers;

/// <summary>
/// The npm package <c>@copilotkit/aimock</c>, an independent fake of the OpenAI and Anthropic APIs, with the fixtures of
/// <c>npm/fixtures</c>. A class fixture that does nothing without Node.js, because the tests are skipped then.
/// </summary>
public sealed partial class Aimock : IAsyncLifetime
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private NpmProcess? _process;
    private Task? _draining;
    private Uri? _origin;

    /// <summary>The endpoint setting of a model, for both providers.</summary>
    public Uri Endpoint => new(Origin, "/v1");

    private Uri Origin => _origin ?? throw new InvalidOperationException("aimock is not running.");

    public async Task InitializeAsync()
    {
        if (Requirements.MissingNode is not null)
            return;
        _process = new NpmProcess(
            "node_modules/@copilotkit/aimock/dist/cli.js",
            "-h",
            "127.0.0.1",
            "-p",
            "0",
            "-f",
            "fixtures/",
            "--strict"
        );
        using var deadline = new CancellationTokenSource(StartTimeout);
        _origin = new Uri(Address().Match(await _process.Line("listening on", deadline.Token)).Value);
        _draining = _process.Drain();
    }

    public async Task DisposeAsync()
    {
        _process?.Dispose();
        if (_draining is not null)
            await _draining.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
