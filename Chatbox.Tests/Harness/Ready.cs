using System.Net;

namespace Chatbox.Tests.Harness;

/// <summary>Polls the health routes of a node.</summary>
internal static class Ready
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Polls <c>readyz</c> until it answers 200.</summary>
    /// <exception cref="TimeoutException">The node did not become ready within a minute.</exception>
    public static Task Wait(HttpClient http) => Wait(http, TinyHost.Prefix);

    /// <inheritdoc cref="Wait(HttpClient)" />
    public static Task Wait(HttpClient http, string prefix) => WaitFor(http, $"{prefix}/readyz");

    /// <summary>Polls <c>healthz</c> until it answers 200.</summary>
    /// <inheritdoc cref="Wait(HttpClient)" />
    public static Task WaitUntilAlive(HttpClient http) => WaitFor(http, $"{TinyHost.Prefix}/healthz");

    private static async Task WaitFor(HttpClient http, string path)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new GrowingPause();
        while (!deadline.IsCancellationRequested)
        {
            try
            {
                using var answer = await http.GetAsync(path, deadline.Token);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException) when (!deadline.IsCancellationRequested)
            {
                // The node does not listen yet.
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await pause.Next();
        }

        throw new TimeoutException($"{path} was not answered with 200 within {Deadline}.");
    }
}
