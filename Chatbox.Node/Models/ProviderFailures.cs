using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Chatbox.Actors.Models;

namespace Chatbox.Node.Models;

/// <summary>
/// Classifies a provider's failures. Messages name the provider type, the status and the kind, and contain nothing that the provider wrote.
/// </summary>
internal static class ProviderFailures
{
    // Longer requests for a wait are cut to this bound, which also keeps absurd numbers out of date arithmetic.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    /// <summary>Words for a limit that does not end by waiting, such as spent credit.</summary>
    private static readonly FrozenSet<string> Spent = FrozenSet.Create(
        "insufficientquota", // OpenAI
        "billingerror", // Anthropic
        "insufficientbalance", // DeepSeek, MiniMax
        "insufficientcredits", // OpenRouter
        "paymentrequired",
        "arrearage", // DashScope
        "providerquotaexceeded" // Dify
    );

    /// <summary>Words for a limit that ends by waiting.</summary>
    private static readonly FrozenSet<string> Limited = FrozenSet.Create(
        "ratelimiterror", // Anthropic
        "ratelimitexceeded", // OpenAI
        "ratelimitreached",
        "ratelimit",
        "ratelimited",
        "toomanyrequests", // Dify
        "toomanyrequestserror",
        "resourceexhausted", // Gemini
        "throttling", // DashScope
        "throttlingerror",
        "throttlingexception" // Bedrock
    );

    /// <summary>Words for a request that fails however often it is repeated.</summary>
    private static readonly FrozenSet<string> Refusing = FrozenSet.Create(
        "invalidrequesterror", // OpenAI, Anthropic
        "invalidrequest",
        "badrequesterror", // vLLM, and the others that end in "error"
        "badrequest",
        "authenticationerror", // Anthropic
        "unauthorized",
        "unauthenticated", // Gemini
        "notauthenticated",
        "invalidapikey", // OpenAI
        "incorrectapikey",
        "permissionerror", // Anthropic
        "permissiondenied", // Gemini
        "permissiondeniederror",
        "accessdenied",
        "forbidden",
        "notfounderror", // Anthropic, vLLM
        "notfound",
        "modelnotfound", // OpenAI
        "contentfilter", // Azure
        "contentpolicyviolation", // OpenAI
        "invalidargument", // Gemini
        "failedprecondition", // Gemini
        "invalidparameter", // DashScope
        "invalidparam", // Dify, and the three after it
        "appunavailable",
        "providernotinitialize",
        "modelcurrentlynotsupport",
        "unsupportedparameter", // OpenAI
        "unsupportedvalue",
        "validationerror",
        "unprocessableentity",
        "unprocessableentityerror"
    );

    /// <summary>The failure for a response with a status other than 2xx.</summary>
    public static RefusedException Refused(string provider, HttpResponseMessage response, ProviderWords words, DateTimeOffset now)
    {
        var kind = IsTooLong(response.StatusCode, words) ? ModelFailureKind.TooLong : KindOf(response.StatusCode);
        var message = $"{provider} answered {(int)response.StatusCode} ({kind}).";
        return new RefusedException(kind, message, RetryAfter(response, now), response.StatusCode, words)
        {
            ContextTokens = kind == ModelFailureKind.TooLong ? words.Window : null,
        };
    }

    // Some servers answer 500 to a prompt that is too long. Their text is more specific than the status.
    private static bool IsTooLong(HttpStatusCode status, ProviderWords words) =>
        status switch
        {
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.InternalServerError => words.SayTooLong,
            HttpStatusCode.RequestEntityTooLarge => words.SayTooLong || words.SayTooLarge,
            _ => false,
        };

    /// <summary>The failure for a provider that sent no response.</summary>
    public static ModelFailureException Unreachable(string provider, Exception failure)
    {
        var reason = failure switch
        {
            HttpRequestException { InnerException: SocketException socket } => socket.SocketErrorCode.ToString(),
            HttpRequestException request => request.HttpRequestError.ToString(),
            OperationCanceledException => "connect timeout",
            _ => failure.GetType().Name,
        };
        return new ModelFailureException(ModelFailureKind.Unavailable, $"{provider} cannot be reached: {reason} (Unavailable).");
    }

    /// <summary>
    /// The failure for an error inside a response that began with 200. Words for spent credit decide first, because waiting does not help.
    /// Then a status decides as it does for a whole response, and last the provider's other words.
    /// </summary>
    public static ModelFailureException InStream(string provider, ErrorReport error)
    {
        var words = error.Words.Select(Plain).ToList();
        var kind =
            words.Any(Spent.Contains) ? ModelFailureKind.Rejected
            : IsTooLong((HttpStatusCode)(error.Status ?? 400), ProviderWords.Of([.. error.Words])) ? ModelFailureKind.TooLong
            : error.Status is { } status ? KindOf((HttpStatusCode)status)
            : words.Any(Limited.Contains) ? ModelFailureKind.RateLimited
            : words.Any(Refusing.Contains) ? ModelFailureKind.Rejected
            : ModelFailureKind.Unavailable;
        return new ModelFailureException(kind, $"{provider} reported an error inside its answer ({kind}).");
    }

    /// <summary>The failure for a response that is neither events nor JSON of any dialect. A retry would get the same.</summary>
    public static ModelFailureException Unreadable(string provider, string? contentType)
    {
        var named = MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType is { Length: <= 100 } name ? name : "none";
        return new ModelFailureException(
            ModelFailureKind.Unreadable,
            $"{provider} sent a response that is neither an event stream nor JSON of its dialect; content type: {named} ({ModelFailureKind.Unreadable})."
        );
    }

    /// <summary>The failure for a stream that broke off or violated the provider's protocol.</summary>
    public static ModelFailureException Broken(string provider, string what) =>
        new(ModelFailureKind.Broken, $"{provider}: {what} ({ModelFailureKind.Broken}).");

    private static string Plain(string word) => string.Concat(word.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    private static ModelFailureKind KindOf(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.TooManyRequests => ModelFailureKind.RateLimited,
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => ModelFailureKind.Unavailable,
            _ => ModelFailureKind.Rejected,
        };

    /// <summary>
    /// Reads the wait that the provider asks for (RFC 9110, 10.2.3): seconds or a date. Some providers also send milliseconds, which are
    /// more precise.
    /// </summary>
    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        if (Number(response, "retry-after-ms") is { } milliseconds)
            return Bounded(milliseconds / 1000);
        if (Number(response, "Retry-After") is { } seconds)
            return Bounded(seconds);
        return response.Headers.RetryAfter?.Date is { } date ? Bounded((date - now).TotalSeconds) : null;
    }

    private static double? Number(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values)
        && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : null;

    private static TimeSpan Bounded(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestRetryAfter.TotalSeconds));
}
