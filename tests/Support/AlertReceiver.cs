using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MyCoach.Tests.Support;

/// <summary>A delivery of an alert whose signature was right.</summary>
public sealed record Delivery(string Id, DateTimeOffset SentAt, string Body)
{
    public JsonNode Data => JsonNode.Parse(Body)!["data"]!;
}

/// <summary>A receiver of Standard Webhooks that verifies them by its own code, as the specification says.</summary>
public sealed class AlertReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly byte[] secret;
    private readonly ConcurrentQueue<Delivery> deliveries = new();

    private AlertReceiver(byte[] secret, int port)
    {
        this.secret = secret;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.MapPost("/alerts", TakeAsync);
    }

    /// <summary>What it answers to a delivery that is right.</summary>
    public int Status { get; set; } = StatusCodes.Status204NoContent;

    public IReadOnlyList<Delivery> Deliveries => [.. deliveries];

    public IEnumerable<string> Settings =>
        [
            $"Alerts:WebhookUrl={app.Urls.First()}/alerts",
            $"Alerts:WebhookSecret=whsec_{Convert.ToBase64String(secret)}",
        ];

    public static Task<AlertReceiver> StartAsync() => StartAsync(RandomNumberGenerator.GetBytes(32), port: 0);

    /// <summary>Takes the place of this one, which was stopped.</summary>
    public Task<AlertReceiver> StartAgainAsync() => StartAsync(secret, new Uri(app.Urls.First()).Port);

    public Task StopAsync() => app.StopAsync();

    private static async Task<AlertReceiver> StartAsync(byte[] secret, int port)
    {
        var receiver = new AlertReceiver(secret, port);
        await receiver.app.StartAsync();
        return receiver;
    }

    public async Task<IReadOnlyList<Delivery>> UntilAsync(int count)
    {
        await Eventually.HoldsAsync(() => deliveries.Count >= count);
        // One too many would come a moment later.
        await Eventually.StaysAsync(() => deliveries.Count == count);
        return Deliveries;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var (body, headers) = (await reader.ReadToEndAsync(), context.Request.Headers);
        var (id, sentAt) = (headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString());
        var expected = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{id}.{sentAt}.{body}"));
        if (
            $"v1,{Convert.ToBase64String(expected)}" != headers["webhook-signature"]
            || context.Request.ContentType != "application/json"
        )
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        deliveries.Enqueue(
            new Delivery(id, DateTimeOffset.FromUnixTimeSeconds(long.Parse(sentAt, CultureInfo.InvariantCulture)), body)
        );
        context.Response.StatusCode = Status;
    }
}
