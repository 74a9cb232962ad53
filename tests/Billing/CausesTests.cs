using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator.Billing;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

/// <summary>A month of 3,000 calls of three users with two keys each: every cause comes back by its name, exactly.</summary>
public sealed class CausesTests(LocalParts parts)
{
    private static readonly (string Name, string Provider, string Model, decimal PerCall, string Admin)[] Users =
    [
        ("ann", "openai", "gpt-4.1", 0.0036m, BilledUser.OpenAiAdmin),
        // In ann's organisation.
        ("ben", "openai", "gpt-4o", 0.0045m, BilledUser.OpenAiAdmin),
        ("cyd", "anthropic", "claude-sonnet-5-5", 0.004m, BilledUser.AnthropicAdmin),
    ];

    [Fact]
    public async Task Each_cause_comes_back_by_name_and_to_the_pico_dollar()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        foreach (var (name, provider, model, perCall, admin) in Users)
        {
            var prefix = provider == "openai" ? "sk-proj-" : "sk-ant-api03-";
            var user = await BilledUser.CreateAsync(app, name, $"{prefix}{name}-first-key-{name}1");
            var month = new SeededMonth(
                user,
                provider,
                model,
                perCall,
                countsCalls: provider == "openai",
                saysFree: provider == "openai",
                namesKeys: provider == "openai"
            );
            await user.StoreAdminAsync(admin);
            await month.SeedAsync(firstDay: 1);
            await user.StoreAsync($"{prefix}{name}-other-key-{name}2");
            await month.SeedAsync(firstDay: 8);

            Assert.True((bool)(await user.SyncAsync(provider))["isComplete"]!, name);
            var result = await user.ReconcileAsync($"month=2026-11&provider={provider}");

            AssertCauses(month, provider, result);
            AssertNotes(provider, result["notes"].AsArray());
            if (name is not "ben")
            {
                // Ben's organisation has ann's calls too.
                Assert.Equal(month.Other, (decimal)result["providers"].AsArray().Single()!["otherUsd"]!);
            }
            await AssertKeysAsync(user, provider);
        }
    }

    [Theory]
    [InlineData("openai", "sk-proj-", "gpt-4.1", 0.0036)]
    [InlineData("anthropic", "sk-ant-api03-", "claude-sonnet-5-5", 0.004)]
    public async Task By_exports_of_the_console_each_cause_comes_back_as_far_as_they_separate_it(
        string provider,
        string prefix,
        string model,
        decimal perCall
    )
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var dan = await BilledUser.CreateAsync(app, "dan", $"{prefix}dan-first-key-dan1");
        var month = new SeededMonth(
            dan,
            provider,
            model,
            perCall,
            countsCalls: false,
            // Anthropic's export has list prices.
            saysFree: provider == "anthropic",
            namesKeys: true
        );
        await month.SeedAsync(firstDay: 1);
        await PostAsync(dan, provider);
        await dan.StoreAsync($"{prefix}dan-other-key-dan2");
        await month.SeedAsync(firstDay: 8);
        await PostAsync(dan, provider);

        var result = await dan.ReconcileAsync($"month=2026-11&provider={provider}");

        AssertCauses(month, provider, result);
        Assert.Contains("cannot be separated", result["notes"].ToJsonString(), StringComparison.Ordinal);
    }

    private static async Task PostAsync(BilledUser user, string provider)
    {
        var month = new DateOnly(2026, 11, 1);
        string[] exports =
            provider == "openai"
                ? [user.Book.OpenAiCostCsv(month)]
                : [user.Book.AnthropicCostCsv(month), user.Book.AnthropicUsageCsv(month)];
        foreach (var csv in exports)
        {
            var path = $"/api/billing/{provider}/statements?providerKeyId={BilledKey.Of(user.Keys[provider].Text).Id}";
            (await user.Api.SendAsync(HttpMethod.Post, path, csv, contentType: "text/csv")).Is(HttpStatusCode.OK);
        }
    }

    private static void AssertCauses(SeededMonth month, string provider, Answer result)
    {
        var days = result["groups"].AsArray().ToDictionary(day => (string)day!["key"]!, day => day!);
        Assert.Equal(SeededMonth.Days, days.Count(day => (decimal)day.Value["recordedUsd"]! > 0));
        foreach (var (key, day) in days)
        {
            foreach (var (cause, amount) in day["causes"]!.AsObject())
            {
                var number = int.Parse(key[^2..], CultureInfo.InvariantCulture);
                var expected = month.Expected.GetValueOrDefault((number, cause));
                Assert.True(expected == (decimal)amount!, $"{provider} {key} {cause}: {amount} instead of {expected}");
            }
            Assert.Equal(
                (decimal)day["billedUsd"]! - (decimal)day["recordedUsd"]!,
                day["causes"]!.AsObject().Sum(cause => (decimal)cause.Value!)
            );
        }
        Assert.Equal(month.Expected.Values.Sum(), (decimal)result["totals"]["differenceUsd"]!);
    }

    private static void AssertNotes(string provider, JsonArray notes)
    {
        var text = notes.ToJsonString();
        Assert.Equal(provider == "anthropic", text.Contains("cannot be separated", StringComparison.Ordinal));
        Assert.Equal(provider == "anthropic", text.Contains("derived", StringComparison.Ordinal));
        Assert.DoesNotContain("not known among", text, StringComparison.Ordinal);
    }

    private static async Task AssertKeysAsync(BilledUser user, string provider)
    {
        var byKey = await user.ReconcileAsync($"month=2026-11&groupBy=key&provider={provider}");
        var keys = byKey["groups"].AsArray();
        Assert.Equal(2, keys.Count(key => (decimal)key!["recordedUsd"]! > 0));
        var byModel = await user.ReconcileAsync($"month=2026-11&groupBy=model&provider={provider}");
        Assert.Equal(byKey["totals"].ToJsonString(), byModel["totals"].ToJsonString());
    }
}
