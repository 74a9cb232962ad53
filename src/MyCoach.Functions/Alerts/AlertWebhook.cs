using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Alerts;

/// <summary>
/// Sends alerts to the operator's receiver as Standard Webhooks (www.standardwebhooks.com), signed with a shared
/// secret.
/// </summary>
internal sealed class AlertWebhook(WebhookReceiver? receiver) : IDisposable
{
    // The specification asks receivers to answer within 15 to 30 seconds.
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(15);

    private readonly HttpClient http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }
    )
    {
        Timeout = ResponseTimeout,
    };

    public bool IsConfigured => receiver is not null;

    /// <summary>
    /// Returns null if the receiver accepted the alert, else the reason, which quotes nothing from the receiver's
    /// response.
    /// </summary>
    public async Task<string?> SendAsync(
        UserId user,
        Month month,
        Alert alert,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var (body, id) = (AlertJson.Write(user, month, alert), alert.Delivery.MessageId);
        using var request = new HttpRequestMessage(HttpMethod.Post, receiver!.Address)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", receiver.Signature.Sign(id, now, body));
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.IsSuccessStatusCode
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}");
        }
        catch (HttpRequestException fault)
        {
            return fault.HttpRequestError == HttpRequestError.Unknown
                ? "the connection failed"
                : $"the connection failed: {fault.HttpRequestError}";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "no response within 15 seconds";
        }
    }

    /// <summary>Whether the error is a response of the receiver, which then was reachable.</summary>
    public static bool IsReceiverResponse(string error) => error.StartsWith("HTTP ", StringComparison.Ordinal);

    public void Dispose() => http.Dispose();
}
