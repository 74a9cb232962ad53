using System.Net;
using MyCoach.Dev.Emulator.Billing;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

public sealed class PriceEvidenceTests(LocalParts parts)
{
    [Theory]
    [InlineData(3, true)]
    [InlineData(2, false)]
    public async Task A_price_that_differs_three_days_running_is_shown_to_operators(int days, bool isShown)
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = await BilledUser.CreateAsync(app, "ann", "sk-proj-the-key-of-ann-000001");
        await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);
        await ann.CallAsync([.. Enumerable.Range(6, 8).Select(day => ann.Call("openai", day, "gpt-4.1"))]);
        for (var day = 10; day < 10 + days; day++)
        {
            ann.Book.PriceFactor(1.25m, "gpt-4.1", BilledKind.Output, new DateOnly(2026, 11, day));
        }

        await ann.SyncAsync("openai");

        (await ann.Api.GetAsync("/api/admin/prices/observed")).IsProblem(403, "forbidden");
        var observed = (await app.As("oda", "MyCoach.Admin").GetAsync("/api/admin/prices/observed")).Is(
            HttpStatusCode.OK
        );
        var prices = observed["prices"].AsArray();
        Assert.Equal(isShown ? 1 : 0, prices.Count);
        if (isShown)
        {
            var price = prices.Single()!;
            Assert.Equal(
                ("openai", "gpt-4.1", "output"),
                ((string?)price["provider"], (string?)price["model"], (string?)price["kind"])
            );
            Assert.Equal(
                [("2026-11-10", 800m, 1000m), ("2026-11-11", 800m, 1000m), ("2026-11-12", 800m, 1000m)],
                price["days"]!
                    .AsArray()
                    .Select(day =>
                        ((string)day!["day"]!, (decimal)day["recordedPerMTok"]!, (decimal)day["billedPerMTok"]!)
                    )
            );
        }
        Assert.DoesNotContain("ann", observed.Text, StringComparison.Ordinal);
    }
}
