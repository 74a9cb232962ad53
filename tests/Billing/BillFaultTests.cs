using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MyCoach.Billing;
using MyCoach.Providers;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

/// <summary>Readings of bills whose connection breaks at each request to the provider in turn.</summary>
public sealed class BillFaultTests(LocalParts parts)
{
    [Theory]
    [InlineData("openai", "sk-proj-the-key-of-ann-000001", BilledUser.OpenAiAdmin, "gpt-4.1")]
    [InlineData("anthropic", "sk-ant-api03-the-key-of-ann-0001", BilledUser.AnthropicAdmin, "claude-sonnet-5-5")]
    public async Task A_reading_that_breaks_at_each_request_loses_and_doubles_nothing(
        string provider,
        string key,
        string adminKey,
        string model
    )
    {
        using var connection = new BreakingConnection();
        await using var app = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp],
            configure: builder =>
                builder.Services.AddSingleton(services => new BillingClient(
                    new HttpClient(connection, disposeHandler: false),
                    services.GetRequiredService<ProviderAddresses>(),
                    services.GetRequiredService<TimeProvider>(),
                    services.GetRequiredService<ILogger<BillingClient>>()
                ))
        );
        var ann = await BilledUser.CreateAsync(app, "ann", key);
        await ann.StoreAdminAsync(adminKey);
        await ann.CallAsync([.. Enumerable.Range(1, 14).Select(day => ann.Call(provider, day, model))]);

        var breaks = 0;
        for (var at = 1; ; at++)
        {
            connection.BreakAt(at);
            await app.Service<BillingSync>().RunAsync(TestContext.Current.CancellationToken);
            var billing = await ann.Api.GetAsync($"/api/billing/{provider}");
            if ((string?)billing.Body!["lastError"] is null)
            {
                break;
            }
            breaks++;
        }

        // The requests of the last part at least.
        Assert.InRange(breaks, 2, 100);
        Assert.Equal(0, (decimal)(await ann.ReconcileAsync())["totals"]["differenceUsd"]!);
        var days = (await app.RowsAsync("Bills"))
            .Where(row => row.RowKey.StartsWith("bill_", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(46, days.Length);
        Assert.All(days, day => Assert.Equal(1, day.GetInt64("Revision")));
    }

    private sealed class BreakingConnection : DelegatingHandler
    {
        private int left;

        public BreakingConnection()
            : base(new SocketsHttpHandler()) { }

        /// <summary>The request with this number breaks, counted from now.</summary>
        public void BreakAt(int number) => left = number;

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) =>
            Interlocked.Decrement(ref left) == 0
                ? throw new HttpRequestException("The connection breaks.")
                : base.SendAsync(request, cancellationToken);
    }
}
