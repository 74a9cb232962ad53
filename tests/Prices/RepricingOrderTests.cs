using System.Net;
using MyCoach.Prices;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Prices;

/// <summary>How operators order calls to be priced again, and stop it.</summary>
public sealed class RepricingOrderTests(LocalParts parts)
{
    [Fact]
    public async Task An_order_runs_alone_can_be_repeated_and_can_be_stopped()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var (admin, path) = (app.Operator(), $"{PriceSteps.Book}/reprice");
        (await admin.GetAsync(path)).IsProblem(404, "not_found");
        (await admin.DeleteAsync(path)).IsProblem(404, "not_found");
        var first = (await admin.PostAsync(path, new { from = "2026-11-01" })).Is(HttpStatusCode.Accepted);

        Assert.Equal(
            (string?)first["id"],
            (string?)(await admin.PostAsync(path, new { from = "2026-11-01" })).Is(HttpStatusCode.Accepted)["id"]
        );
        (await admin.PostAsync(path, new { from = "2026-11-02" })).IsProblem(409, "conflict");
        Assert.Equal("stopped", (string?)(await admin.DeleteAsync(path)).Is(HttpStatusCode.OK)["status"]);
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await app.Service<Repricing>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal("stopped", (string?)(await admin.GetAsync(path))["status"]);
        (await admin.PostAsync(path, new { from = "2026-11-02" })).Is(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("""{}""", "from")]
    [InlineData("""{"from":"yesterday"}""", "from")]
    [InlineData("""{"from":"2026-11-16"}""", "from")]
    [InlineData("""{"from":"2024-11-16"}""", "from")]
    [InlineData("""{"from":"2026-11-01","models":[]}""", "models")]
    [InlineData("""{"from":"2026-11-01","models":["gpt-4o","gpt-4o-2024-08-06"]}""", "models[1]")]
    [InlineData("""{"from":"2026-11-01","dryRun":"yes"}""", "dryRun")]
    [InlineData("""{"from":"2026-11-01","to":"2026-11-02"}""", "to")]
    public async Task A_mistake_in_an_order_is_named(string body, string field)
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        (await app.Operator().PostAsync($"{PriceSteps.Book}/reprice", body)).Blames(field);
    }
}
