using System.Net;

namespace Chatbox.Tests.Contract;

/// <summary>Waits for a node.</summary>
internal static class Ready
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Asks <c>readyz</c> until it answers 200.</summary>
    /// <exception cref="TimeoutException">It did not within a minute.</exception>
    public static async Task Wait(HttpClient http, string prefix = "/chatbox")
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        do
        {
            try
            {
                using var answer = await http.GetAsync($"{prefix}/readyz", deadline.Token);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException) when (!deadline.IsCancellationRequested)
            {
                // Nobody listens yet.
            }
            catch (OperationCanceledException)
            {
                break;
            }
        } while (!deadline.IsCancellationRequested && await pause.WaitForNextTickAsync());

        throw new TimeoutException($"The node was not ready within {Deadline}.");
    }
}
