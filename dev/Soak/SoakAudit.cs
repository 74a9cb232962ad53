using System.Text.Json.Nodes;
using Azure.Data.Tables;

namespace MyCoach.Dev.Soak;

/// <summary>Checks everything that is stored and answered about all users once nothing is open.</summary>
internal sealed class SoakAudit(
    SoakTable table,
    SoakSettings settings,
    SoakInstance instance,
    SoakFindings findings,
    SoakLosses losses
)
{
    private const decimal PicoUsd = 1_000_000_000_000m;

    public async Task CheckAsync(
        IReadOnlyList<SoakBook> books,
        IReadOnlyDictionary<string, int> billed,
        CancellationToken stopping
    )
    {
        foreach (var book in books)
        {
            var rows = await table.RowsOfAsync(book.User, stopping);
            var events = SoakSumAudit.RowsOf(rows, "event").ToArray();
            SoakPostAudit.Check(book, events.Where(row => !SoakSumAudit.IsCall(row)), findings);
            var calls = events.Where(SoakSumAudit.IsCall).ToArray();
            new SoakCallAudit(book, findings, losses).Check(calls, billed.GetValueOrDefault(book.ProviderKey));
            foreach (var month in rows.GroupBy(row => row.PartitionKey))
            {
                new SoakSumAudit(book, [.. month], findings).Check();
                await CheckAnswersAsync(book, month, stopping);
            }
            findings.Check(
                "Every answer is one that a call may get",
                book.Surprises.Count == 0,
                () => string.Join("; ", book.Surprises.Take(5))
            );
        }
    }

    private async Task CheckAnswersAsync(SoakBook book, IGrouping<string, TableEntity> rows, CancellationToken stopping)
    {
        var month = $"{rows.Key[^6..^2]}-{rows.Key[^2..]}";
        var sum = SoakSums.OfEvents(SoakSumAudit.RowsOf(rows, "event"));
        var budget = await GetAsync(book, $"/api/budget?month={month}", stopping);
        var summary = await GetAsync(book, $"/api/usage/summary?month={month}", stopping);
        findings.Check(
            "The API answers the sum of the events",
            (decimal)budget["spentUsd"]! == (decimal)sum.CostPicoUsd / PicoUsd
                && (decimal)budget["reservedUsd"]! == 0
                && (long)summary["totals"]!["requests"]! == sum.Requests
                && (decimal)summary["totals"]!["costUsd"]! == (decimal)sum.CostPicoUsd / PicoUsd,
            () => $"{book.User}: {budget["spentUsd"]} and {summary["totals"]!.ToJsonString()} instead of {sum}"
        );
    }

    private async Task<JsonNode> GetAsync(SoakBook book, string path, CancellationToken stopping)
    {
        using var request = SoakUser.RequestOf(HttpMethod.Get, path, settings.Token(book.User));
        using var answer = await instance.Http.SendAsync(request, stopping);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>(stopping))!;
    }
}
