using System.Net;
using MyCoach.Billing;
using MyCoach.Dev.Emulator;
using MyCoach.Hosting;
using MyCoach.Tests.Accounts;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

/// <summary>How bills are read: what is stored of each day, again and again, and whatever fails meanwhile.</summary>
public sealed class BillReadingTests(LocalParts parts)
{
    private const string OpenAiKey = "sk-proj-the-key-of-ann-000001";
    private const string AnthropicKey = "sk-ant-api03-the-key-of-ann-0001";

    [Fact]
    public async Task The_fault_of_one_user_stops_no_other()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp, TestApp.UnderHost]);
        foreach (var name in new[] { "ann", "ben" })
        {
            var user = await BilledUser.CreateAsync(app, name, $"sk-proj-a-key-of-the-user-{name}");
            await user.StoreAdminAsync(BilledUser.OpenAiAdmin);
        }
        // The reading of the first user gets a bucket of another form than documented.
        app.Emulator.Knobs.AnswerNext(
            PlannedAnswer.Of("""{"object":"page","data":[[]],"has_more":false}"""u8.ToArray())
        );

        await Timers.RunForHostAsync(BillingSync.Name, app.Services, TestContext.Current.CancellationToken);

        var (ann, ben) = (await GetAsync("ann"), await GetAsync("ben"));
        Assert.NotNull((string?)ann.Body!["lastError"]);
        Assert.Null((string?)ann.Body["readThrough"]);
        Assert.Null((string?)ben.Body!["lastError"]);
        Assert.Equal("2026-11-15", (string?)ben["readThrough"]);

        async Task<Answer> GetAsync(string user) => await app.As(user).GetAsync("/api/billing/openai");
    }

    [Fact]
    public async Task A_day_is_open_then_provisional_then_final_and_late_changes_are_revisions()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = await BilledUser.CreateAsync(app, "ann", OpenAiKey);
        await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);
        await ann.CallAsync(ann.Call("openai", 15, "gpt-4.1"));

        await ann.SyncAsync("openai");
        // Its bill still grows.
        Assert.DoesNotContain(
            (await ann.ReconcileAsync("month=2026-11&provider=openai"))["groups"].AsArray(),
            day => (string?)day!["key"] == "2026-11-15"
        );
        app.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(("provisional", 1), await ReadAsync());
        ann.Book.Add(ann.Call("openai", 15, "gpt-4.1"));
        app.Clock.Advance(TimeSpan.FromDays(2.5));
        Assert.Equal(("provisional", 2), await ReadAsync());
        app.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(("final", 2), await ReadAsync());

        async Task<(string, long)> ReadAsync()
        {
            await ann.SyncAsync("openai");
            var day = (await ann.ReconcileAsync("month=2026-11&provider=openai"))["groups"]
                .AsArray()
                .Single(day => (string?)day!["key"] == "2026-11-15");
            var row = (await app.RowsAsync("Bills")).Single(row => row.RowKey == "bill_20261115_openai_Api");
            return ((string)day!["status"]!, row.GetInt64("Revision")!.Value);
        }
    }

    [Theory]
    [InlineData("openai", OpenAiKey, BilledUser.OpenAiAdmin, "gpt-4.1")]
    [InlineData("anthropic", AnthropicKey, BilledUser.AnthropicAdmin, "claude-sonnet-5-5")]
    public async Task Requests_that_fail_are_sent_again_and_nothing_counts_twice(
        string provider,
        string key,
        string adminKey,
        string model
    )
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = await BilledUser.CreateAsync(app, "ann", key);
        await ann.StoreAdminAsync(adminKey);
        await ann.CallAsync([.. Enumerable.Range(1, 14).Select(day => ann.Call(provider, day, model))]);
        app.Emulator.Knobs.FailNext(2, 429);
        ann.Book.RepeatBucketNext(3);

        var first = await app.WhileTimePassesAsync(ann.SyncAsync(provider), faster: 10);

        Assert.Null((string?)first["billing"]["lastError"]);
        // On a slow machine, the time for the first reading may have passed.
        Assert.True((bool)(await ann.SyncAsync(provider))["isComplete"]!);
        Assert.Equal(0, (decimal)(await ann.ReconcileAsync())["totals"]["differenceUsd"]!);
    }

    [Fact]
    public async Task What_the_provider_refuses_or_bills_otherwise_is_said()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = await BilledUser.CreateAsync(app, "ann", OpenAiKey);
        await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);
        await ann.CallAsync(ann.Call("openai", 14, "gpt-4.1"));
        ann.Book.Currency = "eur";
        await FailsAsync("another currency");
        ann.Book.Currency = "usd";

        app.Emulator.Knobs.FailNext(1, 401);
        await FailsAsync("refuses the key");
        app.Emulator.Knobs.DropNext(1);
        await FailsAsync("cannot be reached");
        Assert.DoesNotContain(
            await ListDaysAsync(app),
            row => row.RowKey.StartsWith("bill_20261114", StringComparison.Ordinal)
        );

        ann.Book.AmountsAsNumbers = true;
        Assert.True((bool)(await ann.SyncAsync("openai"))["isComplete"]!);
        Assert.Equal(0, (decimal)(await ann.ReconcileAsync())["totals"]["differenceUsd"]!);
        var refused = (await ann.Api.PostAsync("/api/billing/openai/sync")).IsProblem(429, "too_many_requests");
        Assert.Equal("This is possible 4 times per hour. Try again later.", (string?)refused["detail"]);

        async Task FailsAsync(string reason)
        {
            var failed = await ann.SyncAsync("openai");
            Assert.False((bool)failed["isComplete"]!);
            Assert.Contains(reason, (string?)failed["billing"]["lastError"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_timer_reads_the_bills_of_all_users_and_nothing_after_an_erasure()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp, TestApp.UnderHost]);
        foreach (var name in new[] { "ann", "ben", "cyd" })
        {
            var user = await BilledUser.CreateAsync(app, name, $"sk-proj-a-key-of-the-user-{name}");
            await user.StoreAdminAsync(BilledUser.OpenAiAdmin);
            await user.CallAsync(user.Call("openai", 10, "gpt-4.1"));
        }
        await AccountStory.EraseAsync(app, "cyd");

        await Timers.RunForHostAsync(BillingSync.Name, app.Services, TestContext.Current.CancellationToken);

        Assert.Equal(
            ["ann", "ben"],
            (await ListDaysAsync(app)).Select(row => row.PartitionKey.Split('_')[0]).Distinct()
        );
        var ann = app.As("ann");
        var export = (await ann.GetAsync("/api/account/export")).Is(HttpStatusCode.OK);
        Assert.Contains("bill_20261110_openai_Api", export.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(BilledUser.OpenAiAdmin, export.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("EncryptedKey", export.Text, StringComparison.Ordinal);
        await AccountStory.EraseAsync(app, "ann");
        Assert.All(
            await app.RowsAsync("Bills"),
            row => Assert.StartsWith("ben", row.PartitionKey, StringComparison.Ordinal)
        );
        Assert.Equal(2, (await app.RowsAsync("ApiKeys")).Count);
    }

    private static async Task<IReadOnlyList<Azure.Data.Tables.TableEntity>> ListDaysAsync(TestApp app) =>
        [.. (await app.RowsAsync("Bills")).Where(row => row.RowKey.StartsWith("bill_", StringComparison.Ordinal))];
}
