using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

/// <summary>An admin key of another organisation replaces the one that days were read with. It is November 15 at noon.</summary>
public sealed class OtherOrganisationTests(LocalParts parts)
{
    private const string OpenAiModel = "gpt-4.1";
    private const string AnthropicModel = "claude-sonnet-5-5";
    private const string NextOpenAiAdmin = "sk-admin-orgbeta-admin-key-0001";

    [Theory]
    [InlineData("openai", "sk-proj-the-key-of-ann-000001", "sk-proj-orgbeta-key-of-ann-0001", OpenAiModel, 0.0036)]
    [InlineData(
        "anthropic",
        "sk-ant-api03-the-key-of-ann-0001",
        "sk-ant-api03-orgbeta-of-ann-01",
        AnthropicModel,
        0.004
    )]
    public async Task Days_that_were_over_stay_of_the_old_organisation_and_count_as_before(
        string provider,
        string oldKey,
        string newKey,
        string model,
        decimal perCall
    )
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = await ReadAsync(app, provider, oldKey, model);
        var before = await CompareAsync(ann);
        Assert.Equal((15 * perCall, 14 * perCall), before);
        await ann.RecordAsync([ann.Call(provider, 15, model)]);

        await ann.StoreAsync(newKey);
        // The new organisation has used its key on all these days.
        ann.Book.Add(Enumerable.Range(1, 15).Select(day => ann.Call(provider, day, model)));
        (await ann.StoreAdminAsync(AdminOf(provider, "orgbeta"))).Is(HttpStatusCode.OK);
        await ann.SyncAsync(provider);

        Assert.Equal(before, await CompareAsync(ann));
        Assert.Equal(16 * perCall, await SpentAsync(ann));
        var days = await ListDaysAsync(app);
        Assert.Equal(46, days.Count);
        // The day of the change was not over.
        Assert.Equal([.. Enumerable.Repeat(1, 45), 2], days.Select(day => day.Revision));
        Assert.Equal(2, days.Select(day => day.Organization).Distinct().Count());
        Assert.Equal(days[0].Organization, days[44].Organization);
        Assert.NotNull(days[0].Organization);

        app.Clock.Advance(TimeSpan.FromDays(2));
        await ann.CallAsync(ann.Call(provider, 16, model));
        ann.Book.Add(ann.Call(provider, 16, model));
        await ann.SyncAsync(provider);

        // The old organisation's call of the 15th is not compared with the new one's.
        Assert.Equal((before.Billed + 3 * perCall, before.Recorded + perCall), await CompareAsync(ann));
        Assert.Equal(19 * perCall, await SpentAsync(ann));
        var byKey = (await ann.ReconcileAsync("month=2026-11&groupBy=key"))["groups"].AsArray();
        Assert.Equal(2, byKey.Select(key => (string?)key!["key"]).Distinct().Count());
        await LedgerCheck.BalancesAsync(ann.Api, await app.RowsAsync("Usage"), "ann_202611");
    }

    [Fact]
    public async Task Without_a_known_key_of_the_new_organisation_the_days_of_the_old_one_keep_their_key()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = await ReadAsync(app, "openai", "sk-proj-the-key-of-ann-000001", OpenAiModel);
        var before = await CompareAsync(ann);
        await ann.RecordAsync([ann.Call("openai", 15, OpenAiModel)]);
        (await ann.Api.DeleteAsync("/api/keys/openai")).Is(HttpStatusCode.NoContent);
        const string Other = "sk-proj-orgbeta-key-of-another1";
        ann.Book.Add(
            Enumerable.Range(14, 2).Select(day => ann.Call("openai", day, OpenAiModel) with { ApiKey = Other })
        );

        var stored = (await ann.StoreAdminAsync(NextOpenAiAdmin)).Is(HttpStatusCode.OK);
        Assert.Equal("organisation", (string?)stored["scope"]);
        app.Clock.Advance(TimeSpan.FromDays(2));
        await ann.SyncAsync("openai");

        // All use of the new organisation on the 15th, which is not the user's, so it does not count.
        Assert.Equal((before.Billed + 0.0036m, before.Recorded), await CompareAsync(ann));
        Assert.Equal(16 * 0.0036m, await SpentAsync(ann));
        var notes = (await ann.ReconcileAsync())["notes"].AsArray().Select(note => (string)note!).ToArray();
        Assert.Contains(notes, note => note.Contains("admin key was replaced", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.StartsWith("openai: $0.0036 was recorded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_old_organisation_is_read_on_after_its_key_is_back()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = await ReadAsync(app, "openai", "sk-proj-the-key-of-ann-000001", OpenAiModel);
        (await ann.Api.DeleteAsync("/api/keys/openai")).Is(HttpStatusCode.NoContent);
        (await ann.StoreAdminAsync(NextOpenAiAdmin)).Is(HttpStatusCode.OK);
        await ann.SyncAsync("openai");
        (await ann.StoreAdminAsync(BilledUser.OpenAiAdmin)).Is(HttpStatusCode.OK);
        // The provider revises a day.
        ann.Book.Add(ann.Call("openai", 10, OpenAiModel));

        await ann.SyncAsync("openai");

        Assert.Equal((16 * 0.0036m, 14 * 0.0036m), await CompareAsync(ann));
        Assert.Equal(16 * 0.0036m, await SpentAsync(ann));
        Assert.Single((await ListDaysAsync(app)).Select(day => day.Organization).Distinct());
    }

    // A user with a call on each day until yesterday, and one more outside, which counts.
    private static async Task<BilledUser> ReadAsync(TestApp app, string provider, string key, string model)
    {
        var ann = await BilledUser.CreateAsync(app, "ann", key);
        await ann.StoreAdminAsync(AdminOf(provider, "of-ann"));
        await ann.Api.PatchAsync("/api/settings", new { countProviderSpend = true });
        await ann.CallAsync([.. Enumerable.Range(1, 14).Select(day => ann.Call(provider, day, model))]);
        ann.Book.Add(ann.Call(provider, 10, model));
        await ann.SyncAsync(provider);
        return ann;
    }

    private static string AdminOf(string provider, string name) =>
        $"sk-{(provider == "openai" ? "" : "ant-")}admin{(provider == "openai" ? "" : "01")}-{name}-admin-key-0001";

    private static async Task<(decimal Billed, decimal Recorded)> CompareAsync(BilledUser user)
    {
        var totals = (await user.ReconcileAsync())["totals"];
        return ((decimal)totals["billedUsd"]!, (decimal)totals["recordedUsd"]!);
    }

    private static async Task<decimal> SpentAsync(BilledUser user) =>
        (decimal)(await user.Api.GetAsync("/api/budget"))["spentUsd"]!;

    private static async Task<IReadOnlyList<(string? Organization, int Revision)>> ListDaysAsync(TestApp app) =>
        [
            .. (await app.RowsAsync("Bills"))
                .Where(row => row.RowKey.StartsWith("bill_", StringComparison.Ordinal))
                .OrderBy(row => row.RowKey, StringComparer.Ordinal)
                .Select(row => (row.GetString("Organization"), (int)row.GetInt64("Revision")!.Value)),
        ];
}
