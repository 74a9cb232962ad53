using System.Net;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MyCoach.Hosting;
using MyCoach.Ledger;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Ledger;

/// <summary>
/// The model of two users' ledgers and the real ones, behind two instances of the program that share storage and clock.
/// </summary>
public sealed class LedgerPair : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Users = ["ann", "ben"];

    // Ids that a careless key or filter would mistake for one another.
    public static readonly IReadOnlyList<string> Ids = ["a", "A", "a_", "b", "c", "d", "e"];
    public static readonly IReadOnlyList<string> Conversations = ["talk", "Talk", "talk_2"];

    private readonly Dictionary<string, LedgerModel> models = Users.ToDictionary(user => user, _ => new LedgerModel());
    private readonly TestApp[] apps;
    private readonly ApiClient[][] clients;

    private LedgerPair(TestApp[] apps)
    {
        this.apps = apps;
        clients = [.. apps.Select(app => Users.Select(user => app.As(user)).ToArray())];
    }

    public DateTimeOffset Now => apps[0].Clock.GetUtcNow();

    public static async Task<LedgerPair> StartAsync(LocalParts parts)
    {
        var first = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        return new LedgerPair([first, await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: first)]);
    }

    public LedgerModel ModelOf(string user) => models[user];

    public ApiClient As(string user, int instance) =>
        clients[instance][Users.TakeWhile(other => other != user).Count()];

    public Task PassAsync(TimeSpan time)
    {
        apps[0].Clock.Advance(time > TimeSpan.Zero ? time : TimeSpan.Zero);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Until nothing is left and the other instance has heard of it; on to a full minute, so that its length changes
    /// nothing later.
    /// </summary>
    public async Task EraseAsync(string user, int instance)
    {
        var answer = await EraseAsync();
        // A busy machine may exceed a caller's waiting limit; the erasure continues when asked again.
        while (answer.Status == HttpStatusCode.Accepted)
        {
            answer = await EraseAsync();
        }
        answer.Is(HttpStatusCode.NoContent);
        await PassAsync(TimeSpan.FromSeconds(6));
        await PassAsync(TimeSpan.FromTicks(TimeSpan.TicksPerMinute - (Now.Ticks % TimeSpan.TicksPerMinute)));

        Task<Answer> EraseAsync() => apps[0].WhileTimePassesAsync(As(user, instance).DeleteAsync("/api/account"));
    }

    public void RollUpModels()
    {
        foreach (var model in models.Values)
        {
            model.RollUp();
        }
    }

    public async Task RollUpAsync(int instance)
    {
        var app = apps[instance];
        var timer = app.Services.GetServices<RecurringTimer>().Single(timer => timer.Name == Maintenance.Name);
        var succeeded = await Timers.RunAsync(
            timer,
            app.Services,
            NullLogger.Instance,
            TestContext.Current.CancellationToken
        );
        Assert.True(succeeded, "The roll-up failed.");
    }

    public Task CompareListAsync(string user, int instance) =>
        In(user, LedgerModel.MonthOf(Now), instance).ListAsync(conversation: null);

    public Task CompareBudgetsAsync(string user, int instance) =>
        Task.WhenAll(Months(user).Select(month => In(user, month, instance).BudgetAsync()));

    public Task CompareAsync(int instance) => ForEachMonthAsync(instance, month => month.RunAsync());

    public Task CompareThoroughlyAsync(int instance) =>
        ForEachMonthAsync(instance, month => month.RunThoroughlyAsync(Ids, Conversations));

    /// <summary>Whatever was put off is done, and the rows themselves add up.</summary>
    public async Task EndAsync()
    {
        // An hour past the day's end, so that everything is counted again, and long after the last deletion.
        await new Pass(0, (25 * 60) + 10).RunAsync(this);
        await new RollUp(0).RunAsync(this);
        await new Compare(0).RunAsync(this);
        var rows = await apps[0].RowsAsync("Usage");
        Assert.DoesNotContain(rows, row => row.RowKey.StartsWith("repair_", StringComparison.Ordinal));
        Assert.Empty(await apps[0].RowsAsync("Conversations"));
        foreach (var user in Users)
        {
            foreach (var month in Months(user))
            {
                AddUp(
                    $"{user}_{month:yyyyMM}",
                    [.. rows.Where(row => row.PartitionKey == $"{user}_{month:yyyyMM}")],
                    models[user].Events(month),
                    models[user].AdjustmentsPicoUsd(month)
                );
            }
        }
        Assert.DoesNotContain(
            apps.SelectMany(app => app.Logs.Lines),
            line =>
                line.StartsWith("Error", StringComparison.Ordinal)
                || line.StartsWith("Critical", StringComparison.Ordinal)
                || line.Contains("Drift", StringComparison.Ordinal)
        );
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.SelectMany(client => client))
        {
            client.Dispose();
        }
        foreach (var app in apps.Reverse())
        {
            await app.DisposeAsync();
        }
    }

    private static void AddUp(
        string partition,
        IReadOnlyList<TableEntity> rows,
        IReadOnlyList<LedgerModel.Recorded> events,
        long adjustments
    )
    {
        var expected = AnsweredTotals.Of(null, events);
        Assert.Equal(
            [adjustments, adjustments, adjustments],
            [
                Adjusted(Of("ledger").Select(Totals.Read)),
                Adjusted(Of("event_").Select(row => Totals.Of(EventRow.Read(row)))),
                Adjusted(Of("day_").Select(Totals.Read)),
            ]
        );
        LedgerComparison.Same($"the ledger of {partition}", [expected], [Answered(Of("ledger").Select(Totals.Read))]);
        LedgerComparison.Same(
            $"the events of {partition}",
            [expected],
            [Answered(Of("event_").Select(row => Totals.Of(EventRow.Read(row))))]
        );
        LedgerComparison.Same($"the days of {partition}", [expected], [Answered(Of("day_").Select(Totals.Read))]);

        IEnumerable<TableEntity> Of(string kind) =>
            rows.Where(row => row.RowKey.StartsWith(kind, StringComparison.Ordinal));
    }

    private static long Adjusted(IEnumerable<Totals> totals) => totals.Sum(part => (long)part.Adjustments.Value);

    private static AnsweredTotals Answered(IEnumerable<Totals> totals)
    {
        var sum = totals.Aggregate(default(Totals), (left, right) => left + right);
        return new AnsweredTotals(
            null,
            sum.Requests,
            sum.Tokens.Input,
            sum.Tokens.Output,
            sum.Cost.Usd,
            sum.Cost.ToString(),
            sum.Cost.HundredthsOfACent,
            sum.UnpricedRequests
        );
    }

    private Task ForEachMonthAsync(int instance, Func<LedgerComparison, Task> compare) =>
        Task.WhenAll(from user in Users from month in Months(user) select compare(In(user, month, instance)));

    private LedgerComparison In(string user, DateTimeOffset month, int instance) =>
        new(As(user, instance), models[user], month);

    private IEnumerable<DateTimeOffset> Months(string user) =>
        models[user]
            .Months.Append(LedgerModel.MonthOf(Now))
            .Append(LedgerModel.MonthOf(Now).AddMonths(-1))
            .Distinct()
            .Order();
}
