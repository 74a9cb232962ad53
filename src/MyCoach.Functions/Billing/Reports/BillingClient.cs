using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using MyCoach.Providers;

namespace MyCoach.Billing;

/// <summary>
/// Reads the reports of providers' organisations with an admin key. It only sends GET requests, only to a fixed list of
/// paths, follows no redirect and never logs what it sends or receives.
/// </summary>
internal sealed partial class BillingClient(
    HttpClient http,
    ProviderAddresses addresses,
    TimeProvider clock,
    ILogger<BillingClient> logger
)
{
    /// <summary>How often a request is sent at most, if the provider is busy.</summary>
    public const int MaxAttempts = 4;

    /// <summary>The longest wait that a provider may ask for. With a longer one, the next run tries again.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private const int MaxAnswerBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static HttpClient CreateClient() =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            }
        )
        {
            Timeout = Timeout,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };

    /// <param name="path">Relative to the provider's address, with the query.</param>
    /// <param name="isPatient">Whether to wait and send the request again if the provider is busy.</param>
    /// <exception cref="BillingFaultException"/>
    public async Task<BillingAnswer> GetAsync(
        Provider provider,
        string key,
        string path,
        CancellationToken cancellation,
        bool isPatient = true
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var (answer, wait) = await TryGetAsync(provider, key, path, cancellation);
            if (answer is not null)
            {
                return answer;
            }
            var pause = TimeSpan.FromTicks(Math.Max(0, (wait ?? TimeSpan.FromSeconds(1 << attempt)).Ticks));
            if (!isPatient || attempt == MaxAttempts || pause > MaxWait)
            {
                throw new BillingFaultException(BillingFault.Busy, "The provider is busy or fails.");
            }
            await Task.Delay(pause, clock, cancellation);
        }
    }

    /// <summary>
    /// The items of a list or the buckets of a report, over all pages. Data that arrive between two pages can repeat a
    /// bucket; then the later one counts.
    /// </summary>
    /// <param name="paging">The query member that names the next page, and the member of a page with its value.</param>
    public async IAsyncEnumerable<JsonElement> ListAsync(
        (Provider Provider, string Key) caller,
        string path,
        (string Parameter, string Next) paging,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var page = path; ; )
        {
            using var answer = await GetAsync(caller.Provider, caller.Key, page, cancellation);
            foreach (var item in answer.Root.Items("data"))
            {
                yield return item;
            }
            if (answer.Root.NextPage(paging.Next) is not { } next)
            {
                yield break;
            }
            if (!seen.Add(next))
            {
                // Pages that name one another would never end.
                throw BillingFaultException.Unreadable();
            }
            page = $"{path}&{paging.Parameter}={Uri.EscapeDataString(next)}";
        }
    }

    // Without an answer, the provider was busy: the wait that it asked for, if it did.
    private async Task<(BillingAnswer? Answer, TimeSpan? Wait)> TryGetAsync(
        Provider provider,
        string key,
        string path,
        CancellationToken cancellation
    )
    {
        if (!Readable().IsMatch(path))
        {
            throw new InvalidOperationException("An admin key is for reading bills only.");
        }
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(addresses.Of(provider, KeyAccount.Default), path)
        );
        provider.Authorize(request, key, KeyAccount.Default);
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            Log.Answered(logger, provider.Id, path.Split('?')[0], (int)response.StatusCode);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => (await ReadAsync(provider, response, cancellation), null),
                HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => (
                    null,
                    WaitOf(response.Headers.RetryAfter)
                ),
                HttpStatusCode.Unauthorized => throw new BillingFaultException(
                    BillingFault.KeyRefused,
                    "The provider refuses the key."
                ),
                HttpStatusCode.Forbidden or HttpStatusCode.NotFound => throw new BillingFaultException(
                    BillingFault.NotAllowed,
                    "The key may not read the organisation's reports."
                ),
                var status => throw new BillingFaultException(
                    BillingFault.Unreadable,
                    $"The provider answered with HTTP {(int)status}."
                ),
            };
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw new BillingFaultException(BillingFault.Unreachable, "The provider cannot be reached.", broken);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new BillingFaultException(BillingFault.Unreachable, "The provider did not answer in time.", late);
        }
    }

    private static async Task<BillingAnswer> ReadAsync(
        Provider provider,
        HttpResponseMessage response,
        CancellationToken cancellation
    )
    {
        var organization = response.Headers.TryGetValues(OrganizationHeader(provider), out var values)
            ? values.First()
            : null;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            return new BillingAnswer(
                await JsonDocument.ParseAsync(body, cancellationToken: cancellation),
                organization
            );
        }
        catch (JsonException malformed)
        {
            throw BillingFaultException.Unreadable(malformed);
        }
    }

    public static string OrganizationHeader(Provider provider) =>
        provider == Provider.Anthropic ? "anthropic-organization-id" : "openai-organization";

    private TimeSpan? WaitOf(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);

    // Reports, the lists of projects and keys, and the list of models, with which a stored key names its organisation.
    [GeneratedRegex(
        @"^v1/(?:models|organization/(?:costs|usage/[a-z_]+|projects|projects/[A-Za-z0-9_-]+/api_keys)"
            + @"|organizations/(?:me|usage_report/messages|cost_report|api_keys))(?:\?|\z)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Readable();

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "{Provider} answered {Path} with {HttpStatus}")]
        public static partial void Answered(ILogger logger, string provider, string path, int httpStatus);
    }
}
