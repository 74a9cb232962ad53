using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Billing;
using MyCoach.Dev;
using MyCoach.Storage;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

/// <summary>Readings of bills that are killed at each of their steps in storage in turn.</summary>
public sealed partial class KilledReadingTests(LocalParts parts)
{
    // Once more after others were killed, which left another state.
    private const int KillsOfStep = 2;

    [Theory]
    [InlineData("openai", StorageFault.DropBefore)]
    [InlineData("openai", StorageFault.DropAfter)]
    [InlineData("anthropic", StorageFault.DropBefore)]
    [InlineData("anthropic", StorageFault.DropAfter)]
    public async Task A_reading_killed_at_each_step_is_completed_by_the_next(string provider, StorageFault last)
    {
        var (key, adminKey, model, perCall) =
            provider == "openai"
                ? ("sk-proj-the-key-of-ann-000001", BilledUser.OpenAiAdmin, "gpt-4.1", 0.0036m)
                : ("sk-ant-api03-the-key-of-ann-0001", BilledUser.AnthropicAdmin, "claude-sonnet-5-5", 0.004m);
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(proxy);
        var ann = await BilledUser.CreateAsync(app, "ann", key);
        await ann.StoreAdminAsync(adminKey);
        await ann.CallAsync([.. Enumerable.Range(1, 14).Select(day => ann.Call(provider, day, model))]);
        await ann.Api.PatchAsync("/api/settings", new { countProviderSpend = true });
        ann.Book.Add(ann.Call(provider, 7, model));

        var steps = new Dictionary<string, int>(StringComparer.Ordinal);
        bool isKilled;
        do
        {
            isKilled = false;
            var (before, gate) = ("", new Lock());
            proxy.Fault = call =>
            {
                lock (gate)
                {
                    if (isKilled)
                    {
                        return StorageFault.DropBefore;
                    }
                    // What precedes a call says where in the reading it is.
                    var step = $"{before} > {StepOf(call)}";
                    (before, steps[step]) = (StepOf(call), steps.GetValueOrDefault(step) + 1);
                    isKilled = steps[step] <= KillsOfStep;
                    return isKilled ? last : StorageFault.None;
                }
            };
            var reading = app.Service<BillingSync>().RunAsync(TestContext.Current.CancellationToken);
            await app.WhileTimePassesAsync(
                reading.ContinueWith(task => task.IsFaulted, TaskScheduler.Default),
                faster: 20
            );
            proxy.Fault = _ => StorageFault.None;
            Assert.Equal(isKilled, reading.IsFaulted);
        } while (isKilled);

        Assert.InRange(steps.Count, 30, 300);
        var today = DateOnly.FromDateTime(app.Clock.GetUtcNow().UtcDateTime);
        var first = new DateOnly(2026, 10, 1);
        var days = (await app.RowsAsync("Bills"))
            .Where(row => row.RowKey.StartsWith("bill_", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(today.DayNumber - first.DayNumber + 1, days.Length);
        Assert.All(days, day => Assert.Equal(1, day.GetInt64("Revision")));
        Assert.Equal(perCall, (decimal)(await ann.ReconcileAsync())["totals"]["differenceUsd"]!);
        Assert.Equal(15 * perCall, (decimal)(await ann.Api.GetAsync("/api/budget"))["spentUsd"]!);
        await LedgerCheck.BalancesAsync(ann.Api, await app.RowsAsync("Usage"), "ann_202611");
    }

    // A program that is killed sends no call again.
    private Task<TestApp> StartAsync(StorageProxy proxy) =>
        TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, TestApp.Behind(proxy)],
            configure: builder =>
                builder.Services.AddSingleton(_ =>
                {
                    var client = new TableServiceClient(
                        proxy.ConnectionString,
                        new TableClientOptions { Retry = { MaxRetries = 0 } }
                    );
                    return new TableSource(client, client, builder.Configuration["Storage:TablePrefix"]!);
                })
        );

    // The same for all days.
    private static string StepOf(StorageCall call) =>
        Digits().Replace($"{call.Method} {call.Path} {string.Join(' ', Requests().Matches(call.Body))}", "#");

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();

    [GeneratedRegex("(?m)^(POST|PUT|MERGE|PATCH|DELETE) http[^ ]*")]
    private static partial Regex Requests();
}
