using System.Net;

namespace MyCoach.Providers;

/// <summary>Checks a key with a free call to the provider: listing its models.</summary>
internal sealed partial class KeyCheck(HttpClient http, ProviderAddresses addresses, ILogger<KeyCheck> logger)
{
    /// <summary>If the provider does not answer within this time, the key counts as unverified.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const int MaxAnswerBytes = 64 * 1024;

    public static HttpClient CreateClient() =>
        // No redirects: a redirect would send the key to another host.
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
        };

    public async Task<KeyStatus> CheckAsync(
        Provider provider,
        string apiKey,
        KeyAccount account,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(addresses.Of(provider, account), "v1/models")
        );
        provider.Authorize(request, apiKey, account);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var status = answer.StatusCode switch
            {
                HttpStatusCode.OK => KeyStatus.Valid,
                // A restricted key may not list models, but works for the calls it is meant for.
                HttpStatusCode.Forbidden => KeyStatus.Restricted,
                HttpStatusCode.Unauthorized => await ReadUnauthorizedAsync(provider, answer, cancellation),
                _ => KeyStatus.Unverified,
            };
            Log.Checked(logger, provider.Id, (int)answer.StatusCode, status);
            return status;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            Log.Unreachable(logger, provider.Id, broken.GetType().Name);
            return KeyStatus.Unverified;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Log.Unreachable(logger, provider.Id, "time-out");
            return KeyStatus.Unverified;
        }
    }

    // A 401 can also mean that the IP address or the organisation is not allowed. Only the error code says that the key
    // is invalid.
    private static async Task<KeyStatus> ReadUnauthorizedAsync(
        Provider provider,
        HttpResponseMessage answer,
        CancellationToken cancellation
    )
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(Timeout);
        var body = new byte[MaxAnswerBytes];
        await using var stream = await answer.Content.ReadAsStreamAsync(limited.Token);
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, limited.Token);
        return ErrorAnswer.Parse(body.AsMemory(0, length)) switch
        {
            null => KeyStatus.Unverified,
            var error => error.RefusesKey(provider) ? KeyStatus.Invalid : KeyStatus.Restricted,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Provider} answered a key check with {HttpStatus}: the key is {Status}")]
        public static partial void Checked(ILogger logger, string provider, int httpStatus, KeyStatus status);

        [LoggerMessage(LogLevel.Warning, "{Provider} could not be reached to check a key: {Reason}")]
        public static partial void Unreachable(ILogger logger, string provider, string reason);
    }
}
