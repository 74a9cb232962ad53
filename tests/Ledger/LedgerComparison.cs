using System.Globalization;
using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Ledger;

/// <summary>Compares the answers about one user's month with the model.</summary>
internal sealed class LedgerComparison(ApiClient client, LedgerModel model, DateTimeOffset month)
{
    // Small enough that there is more than one page of most things.
    private const int Limit = 3;

    private readonly IReadOnlyList<LedgerModel.Recorded> events = model.Events(month);
    private readonly string name = month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static void Same<T>(string what, IEnumerable<T> expected, IEnumerable<T> answered)
    {
        var (left, right) = (expected.ToArray(), answered.ToArray());
        Assert.True(
            left.SequenceEqual(right),
            $"{what} should be\n  {string.Join("\n  ", left)}\nand is\n  {string.Join("\n  ", right)}"
        );
    }

    /// <summary>
    /// What a roll-up or an erasure could break. One question after the other: many at once would be a test of
    /// connections.
    /// </summary>
    public async Task RunAsync()
    {
        await BudgetAsync();
        await ListAsync(conversation: null);
        await RankedAsync("conversation", entry => entry.Conversation);
        await AddedUpAsync("model", ModelKey);
    }

    /// <summary>All that can be asked of a month.</summary>
    public async Task RunThoroughlyAsync(IEnumerable<string> ids, IEnumerable<string> conversations)
    {
        await RunAsync();
        foreach (var conversation in conversations)
        {
            await ListAsync(conversation);
        }
        foreach (var id in ids)
        {
            await GetAsync(id);
        }
        await AddedUpAsync("provider", entry => entry.Call.Provider);
        await AddedUpAsync("day", entry => entry.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await RankedAsync("agent", entry => entry.Call.Agent);
        await ExportAsync();
    }

    public async Task ListAsync(string? conversation)
    {
        var answered = new List<AnsweredEvent>();
        var address =
            $"/api/usage?month={name}&limit={Limit}" + (conversation is null ? "" : $"&conversationId={conversation}");
        await PagesAsync(address, page => answered.AddRange(page["events"].AsArray().Select(AnsweredEvent.Read)));
        Same(
            address,
            events.Where(entry => conversation is null || entry.Conversation == conversation).Select(AnsweredEvent.Of),
            answered
        );
    }

    public async Task BudgetAsync()
    {
        var answered = (await client.GetAsync($"/api/budget?month={name}")).Is(HttpStatusCode.OK);
        Same($"the spend of {name}", [events.Sum(entry => entry.PicoUsd) / 1e12m], [(decimal)answered["spentUsd"]]);
        Same($"the budget of {name}", [model.BudgetOf(month)], [(long?)answered.Body!["budgetCents"]]);
        Same(
            $"the alerts of {name}",
            model.AlertsOf(month).Order(),
            answered["alerts"]
                .AsArray()
                .Select(alert => ((int)alert!["thresholdPercent"]!, (long)alert["budgetCents"]!))
                .Order()
        );
    }

    private async Task GetAsync(string id)
    {
        var address = $"/api/usage/{month:yyyyMM}-{id}";
        var answered = await client.GetAsync(address);
        if (model.Find(month, id) is { } entry)
        {
            Same(address, [AnsweredEvent.Of(entry)], [AnsweredEvent.Read(answered.Is(HttpStatusCode.OK).Body)]);
        }
        else
        {
            answered.IsProblem(404, "not_found");
        }
    }

    private async Task AddedUpAsync(string kind, Func<LedgerModel.Recorded, string> key)
    {
        var answered = (await client.GetAsync($"/api/usage/summary?month={name}&groupBy={kind}")).Is(HttpStatusCode.OK);
        var groups = Groups(key);
        Same($"the totals of {name}", [AnsweredTotals.Of(null, events)], [AnsweredTotals.Read(answered["totals"])]);
        Same(
            $"{name} by {kind}",
            kind == "day" ? groups.OrderBy(group => group.Key, StringComparer.Ordinal) : groups,
            answered["groups"].AsArray().Select(AnsweredTotals.Read)
        );
    }

    // Two providers' models of one name are two groups.
    private string ModelKey(LedgerModel.Recorded entry) =>
        !entry.IsPriced && events.Any(other => other.Call.Model == entry.Call.Model && other.IsPriced)
            ? $"{entry.Call.Provider}/{entry.Call.Model}"
            : entry.Call.Model;

    private async Task RankedAsync(string kind, Func<LedgerModel.Recorded, string?> key)
    {
        var pages = new List<Answer>();
        await PagesAsync($"/api/usage/summary?month={name}&groupBy={kind}&limit={Limit}", pages.Add);
        Same(
            $"{name} by {kind}",
            Groups(key),
            pages.SelectMany(page => page["groups"].AsArray()).Select(AnsweredTotals.Read)
        );
        foreach (var page in pages)
        {
            var shown = page["groups"].AsArray().Select(group => (string?)group!["key"]).ToHashSet();
            var other = events.Where(entry => key(entry) is not { } group || !shown.Contains(group)).ToArray();
            Same(
                $"the totals of {name} with {kind}",
                [AnsweredTotals.Of(null, events)],
                [AnsweredTotals.Read(page["totals"])]
            );
            Same(
                $"the others of {name} by {kind}",
                [AnsweredTotals.Of(null, other)],
                [AnsweredTotals.Read(page["other"])]
            );
        }
    }

    private async Task ExportAsync()
    {
        var answered = (await client.GetAsync($"/api/usage/export?month={name}")).Is(HttpStatusCode.OK);
        var rows = answered.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1);
        Same($"the export of {name}", events.Select(entry => entry.Id), rows.Select(row => row.Split(',')[0]));
    }

    private IOrderedEnumerable<AnsweredTotals> Groups(Func<LedgerModel.Recorded, string?> key) =>
        events
            .Where(entry => key(entry) is not null)
            .GroupBy(key)
            .Select(group => AnsweredTotals.Of(group.Key, [.. group]))
            .OrderByDescending(group => group.CostUsd)
            .ThenBy(group => group.Key, StringComparer.Ordinal);

    private async Task PagesAsync(string address, Action<Answer> read)
    {
        for (string? cursor = ""; cursor is not null; )
        {
            var page = (
                await client.GetAsync(cursor.Length == 0 ? address : $"{address}&cursor={Uri.EscapeDataString(cursor)}")
            ).Is(HttpStatusCode.OK);
            read(page);
            cursor = (string?)page.Body!["nextCursor"];
        }
    }
}
