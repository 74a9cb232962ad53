using MyCoach.Dev.Emulator.Billing;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

public sealed class LargeBillTests(LocalParts parts)
{
    private const int Colleagues = 1_000;

    [Fact]
    public async Task The_bill_of_an_organisation_with_many_keys_is_read_too()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = await BilledUser.CreateAsync(app, "ann", "sk-proj-the-key-of-ann-000001");
        await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);
        await ann.CallAsync(ann.Call("openai", 12, "gpt-4.1"));
        ann.Book.Add(
            Enumerable.Range(0, Colleagues).Select(i => ann.Call("openai", 12, "gpt-4.1") with { ApiKey = KeyOf(i) })
        );

        Assert.True((bool)(await ann.SyncAsync("openai"))["isComplete"]!);

        var result = await ann.ReconcileAsync("month=2026-11&provider=openai");
        Assert.Equal(0, (decimal)result["totals"]["differenceUsd"]!);
        Assert.Equal(Colleagues * 0.0036m, (decimal)result["providers"].AsArray().Single()!["otherUsd"]!);
        // Each key alone would not fit.
        var row = (await app.RowsAsync("Bills")).Single(row => row.RowKey == "bill_20261112_openai_Api");
        Assert.DoesNotContain(BilledKey.Of(KeyOf(1)).Id!, row.GetString("Lines0"), StringComparison.Ordinal);
    }

    private static string KeyOf(int colleague) => $"sk-proj-a-key-of-a-colleague-{colleague:D4}";
}
