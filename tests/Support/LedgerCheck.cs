using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Tests.Support;

/// <summary>Checks that all that is stored and answered about a user's month adds up, to the pico-dollar.</summary>
public sealed class LedgerCheck
{
    private readonly string month;
    private readonly ApiClient caller;
    private readonly TableEntity[] rows;
    private readonly TableEntity[] events;
    private readonly LedgerSums ledger;

    private LedgerCheck(ApiClient caller, IEnumerable<TableEntity> table, string partition)
    {
        this.caller = caller;
        month = $"{partition[^6..^2]}-{partition[^2..]}";
        rows = [.. table.Where(row => row.PartitionKey == partition)];
        events = [.. RowsOf("event")];
        ledger = LedgerSums.OfTotals(rows.Single(row => row.RowKey == "ledger"));
    }

    /// <param name="caller">The user whose month it is.</param>
    /// <param name="table">The rows of the table of usage.</param>
    /// <param name="partition">The user's key, <c>_</c> and <c>yyyyMM</c>.</param>
    /// <returns>What the ledger says.</returns>
    public static async Task<LedgerSums> BalancesAsync(
        ApiClient caller,
        IEnumerable<TableEntity> table,
        string partition
    )
    {
        var check = new LedgerCheck(caller, table, partition);
        check.AssertStoredSums();
        check.AssertMarks();
        await check.AssertSummariesAsync();
        await check.AssertRankingsAsync();
        await check.AssertBudgetAsync();
        await check.AssertListAsync();
        return check.ledger;
    }

    private void AssertStoredSums()
    {
        Assert.Equal(LedgerSums.Of(events.Select(LedgerSums.OfEvent)), ledger);
        Assert.Equal(ledger, LedgerSums.Of(RowsOf("day").Select(LedgerSums.OfTotals)));
        AssertSame(
            EventsBy(row =>
                $"{Day(row):yyyyMMdd}_{row.GetString("Provider")}_{KeyEncoding.Encode(CountedAs(row))}{KeyOf(row)}"
            ),
            Stored("day")
        );
        AssertSame(EventsBy(Conversation), Stored("conversation"));
        AssertSame(EventsBy(row => row.GetString("AgentId")), Stored("agent"));
        AssertSame(EventsBy(row => row.GetString("TokenId")), Stored("token"));
        // Nothing that the nightly recount had to put right.
        Assert.Empty(RowsOf("repair"));
    }

    // An event of an earlier use of the conversation counts in none of its totals.
    private string? Conversation(TableEntity usage) =>
        usage.GetString("ConversationId") is { } id
        && Generation(usage) == Generation(rows.Single(row => row.RowKey == $"conversation_{id}"))
            ? id
            : null;

    // A name beyond those that a month has totals for counts in another row.
    private static string CountedAs(TableEntity row) => row.GetString("CountedAs") ?? row.GetString("Model");

    private static string KeyOf(TableEntity usage) => usage.GetString("KeyId") is { } key ? $"_{key}" : "";

    private static long Generation(TableEntity row) =>
        row.GetInt64("Generation") ?? row.GetInt64("ConversationGeneration") ?? 0;

    // The ids of gateway calls are those of their rows. Those of outside use are no GUIDs.
    private void AssertMarks() =>
        Assert.Equal(
            events
                .Where(row => !row.GetString("Id").StartsWith("gw-0", StringComparison.Ordinal))
                .Select(row => ($"mark_{row.GetString("Id")}", row.RowKey))
                .Order(),
            RowsOf("mark").Select(row => (row.RowKey, row.GetString("Event"))).Order()
        );

    private async Task AssertSummariesAsync()
    {
        foreach (
            var (grouping, key) in new Dictionary<string, Func<TableEntity, string?>>
            {
                ["servedModel"] = CountedAs,
                ["provider"] = row => row.GetString("Provider"),
                ["day"] = row => Day(row).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            }
        )
        {
            var answered = await GetAsync($"/api/usage/summary?month={month}&groupBy={grouping}");
            Assert.Equal(ledger, LedgerSums.OfAnswer(answered["totals"]));
            AssertSame(Visible(EventsBy(key)), Groups(answered));
        }
    }

    private async Task AssertRankingsAsync()
    {
        foreach (
            var (grouping, key) in new (string, Func<TableEntity, string?>)[]
            {
                ("conversation", Conversation),
                ("agent", row => row.GetString("AgentId")),
            }
        )
        {
            var all = new Dictionary<string, LedgerSums>();
            await PageAsync(
                $"/api/usage/summary?month={month}&groupBy={grouping}&limit=4",
                page =>
                {
                    var groups = Groups(page);
                    Assert.Equal(ledger, LedgerSums.OfAnswer(page["totals"]));
                    Assert.Equal(ledger, LedgerSums.Of(groups.Values) + LedgerSums.OfAnswer(page["other"]));
                    Assert.All(groups, group => all.Add(group.Key, group.Value));
                }
            );
            AssertSame(Visible(EventsBy(key)), all);
        }
    }

    private async Task AssertBudgetAsync() =>
        Assert.Equal(
            (decimal)ledger.CostPicoUsd / 1_000_000_000_000m,
            (decimal)(await GetAsync($"/api/budget?month={month}"))["spentUsd"]
        );

    private async Task AssertListAsync()
    {
        var listed = new List<(string, decimal)>();
        await PageAsync(
            $"/api/usage?month={month}&limit=37",
            page =>
                listed.AddRange(
                    page["events"].AsArray().Select(usage => ((string)usage!["id"]!, (decimal)usage["costUsd"]!))
                )
        );
        Assert.Equal(
            events
                .Where(row => !LedgerSums.IsDeleted(row))
                .OrderBy(row => row.RowKey, StringComparer.Ordinal)
                .Select(row =>
                    (
                        $"{month.Replace("-", "", StringComparison.Ordinal)}-{row.GetString("Id")}",
                        (decimal)LedgerSums.OfEvent(row).CostPicoUsd / 1_000_000_000_000m
                    )
                ),
            listed
        );
    }

    private async Task PageAsync(string path, Action<Answer> take)
    {
        for (string? cursor = ""; cursor is not null; )
        {
            var page = await GetAsync(cursor.Length == 0 ? path : $"{path}&cursor={Uri.EscapeDataString(cursor)}");
            take(page);
            cursor = (string?)page.Body!["nextCursor"];
        }
    }

    private async Task<Answer> GetAsync(string path) => (await caller.GetAsync(path)).Is(System.Net.HttpStatusCode.OK);

    private IEnumerable<TableEntity> RowsOf(string kind) =>
        rows.Where(row => row.RowKey.StartsWith($"{kind}_", StringComparison.Ordinal));

    private Dictionary<string, LedgerSums> Stored(string kind) =>
        RowsOf(kind).ToDictionary(row => row.RowKey[(kind.Length + 1)..], LedgerSums.OfTotals);

    private Dictionary<string, LedgerSums> EventsBy(Func<TableEntity, string?> key) =>
        events
            .Where(row => key(row) is not null)
            .GroupBy(row => key(row)!)
            .ToDictionary(group => group.Key, group => LedgerSums.Of(group.Select(LedgerSums.OfEvent)));

    // Groups of deleted events only are not shown.
    private static Dictionary<string, LedgerSums> Visible(Dictionary<string, LedgerSums> groups) =>
        groups.Where(group => group.Value is not { Requests: 0, CostPicoUsd: var cost } || cost != 0).ToDictionary();

    private static Dictionary<string, LedgerSums> Groups(Answer answered) =>
        answered["groups"]
            .AsArray()
            .ToDictionary(group => (string)group!["key"]!, group => LedgerSums.OfAnswer(group!));

    private static DateTime Day(TableEntity row) => row.GetDateTimeOffset("CreatedAt")!.Value.UtcDateTime.Date;

    private static void AssertSame(Dictionary<string, LedgerSums> expected, Dictionary<string, LedgerSums> actual) =>
        Assert.Equal(
            expected.OrderBy(pair => pair.Key, StringComparer.Ordinal),
            actual.OrderBy(pair => pair.Key, StringComparer.Ordinal)
        );
}
