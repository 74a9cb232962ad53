using System.Net;
using Azure.Data.Tables;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Prices;

/// <summary>Several operators, and several releases, that store versions of the price book.</summary>
public sealed class PriceVersionRaceTests(LocalParts parts)
{
    [Fact]
    public async Task Of_operators_who_store_at_once_exactly_one_gets_each_version()
    {
        await using var app = await TestApp.StartAsync(parts);
        await using var other = await TestApp.StartAsync(parts, beside: app);
        var tag = (await app.Operator().GetAsync(PriceSteps.Book)).ETag;
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i =>
                    (i % 2 == 0 ? app : other)
                        .Operator()
                        .PutAsync(
                            PriceSteps.Book,
                            new { models = new[] { PriceSteps.Model($"gpt-{i + 10}", 1, 2) } },
                            tag
                        )
                )
        );

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.OK),
            answer => answer.IsProblem(412, "precondition_failed")
        );
        Assert.Single(await app.RowsAsync("Prices"));
    }

    [Fact]
    public async Task Operators_who_set_no_condition_all_get_a_version()
    {
        await using var app = await TestApp.StartAsync(parts);
        var answers = await app.WhileTimePassesAsync(
            Task.WhenAll(
                Enumerable
                    .Range(0, 6)
                    .Select(i =>
                        app.Operator()
                            .PutAsync(
                                PriceSteps.Book,
                                new { models = new[] { PriceSteps.Model($"gpt-{i + 10}", 1, 2) } }
                            )
                    )
            )
        );

        Assert.Equal(
            [1, 2, 3, 4, 5, 6],
            answers.Select(answer => (long)answer.Is(HttpStatusCode.OK)["version"]).Order()
        );
    }

    [Fact]
    public async Task A_version_of_a_later_release_is_passed_over_and_can_be_replaced()
    {
        await using var app = await TestApp.StartAsync(parts);
        await app.CorrectAsync(PriceSteps.Model("gpt-9", 200, 1000));
        await app.CorrectAsync(PriceSteps.Model("gpt-9", 300, 1000));
        // As a release that compresses otherwise would store it.
        var latest = (await app.RowsAsync("Prices"))[0];
        latest["Corrections0"] = new byte[] { 1, 2, 3 };
        await app.Table("Prices")
            .UpdateEntityAsync(latest, latest.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);
        await using var fresh = await TestApp.StartAsync(parts, beside: app);
        var admin = fresh.Operator();

        Assert.Equal(1, (long)(await fresh.As("ann").UseAsync("gpt-9"))["priceVersion"]);
        Assert.False((bool)(await admin.GetAsync(PriceSteps.Book))["isReadable"]);
        Assert.Equal(2, (await admin.GetAsync($"{PriceSteps.Book}/versions"))["versions"].AsArray().Count);
        (await admin.PostAsync($"{PriceSteps.Book}/versions/2/revert")).IsProblem(409, "conflict");
        (await admin.PostAsync($"{PriceSteps.Book}/reprice", new { from = "2026-11-01" })).IsProblem(409, "conflict");
        Assert.Contains(
            fresh.Logs.Lines,
            line => line.Contains("which this one cannot read", StringComparison.Ordinal)
        );
        Assert.Equal(3, (long)(await admin.PostAsync($"{PriceSteps.Book}/versions/1/revert"))["version"]);
    }
}
