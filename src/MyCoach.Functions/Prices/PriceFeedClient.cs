using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using MyCoach.Catalogue;
using MyCoach.Http;

namespace MyCoach.Prices;

/// <summary>Reads the feed. Its body is that of <c>PUT /api/admin/prices</c>, and the same rules apply.</summary>
internal sealed class PriceFeedClient(HttpClient http, IOptions<JsonOptions> options)
{
    private const int MaxBytes = 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>Follows no redirect, because only the operator's own address is trusted.</summary>
    public static HttpClient CreateClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            Timeout = Timeout,
            MaxResponseContentBufferSize = MaxBytes,
        };

    /// <summary>The corrections of the feed, or why it has none, without what the feed says.</summary>
    public async Task<(PriceCorrections? Corrections, string? Error)> ReadAsync(
        Uri address,
        CancellationToken cancellation
    )
    {
        try
        {
            using var answer = await http.GetAsync(address, cancellation);
            if (!answer.IsSuccessStatusCode)
            {
                return (null, $"HTTP {(int)answer.StatusCode}");
            }
            var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
            var put = (PricePut?)
                JsonSerializer.Deserialize(body, options.Value.SerializerOptions.GetTypeInfo(typeof(PricePut)));
            if (put is null)
            {
                return (null, "it is not a JSON object");
            }
            return PriceChecks.Check(put, ModelCatalogue.Embedded.Book) is { Any: true } errors
                ? (null, TextOf(errors))
                : (put.Corrections, null);
        }
        catch (JsonException malformed)
        {
            return (null, TextOf(FieldErrors.FromJson(malformed)));
        }
        catch (HttpRequestException fault)
        {
            return (null, $"the connection failed: {fault.HttpRequestError}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, "no answer within 15 seconds");
        }
    }

    private static string TextOf(FieldErrors errors) =>
        string.Join("; ", errors.ByField.Take(5).Select(error => $"{error.Key} {error.Value[0]}"));
}
