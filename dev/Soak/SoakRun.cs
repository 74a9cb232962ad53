using System.Globalization;
using MyCoach.Dev.Emulator;

namespace MyCoach.Dev.Soak;

/// <summary>
/// Runs instances of the program on one storage under mixed load, with storage faults and kills, and checks at the end
/// that nothing was lost or doubled.
/// </summary>
public sealed class SoakRun : IAsyncDisposable
{
    private static readonly TimeSpan ProviderDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ChunkDelay = TimeSpan.FromMilliseconds(10);

    private readonly SoakPlan plan;
    private readonly TextWriter log;
    private readonly StorageProxy proxy;
    private readonly ProviderEmulator emulator;
    private readonly SoakSettings settings;
    private readonly SoakTable table;
    private readonly SoakInstance[] instances;
    private readonly SoakBook[] books;
    private readonly SoakFaults faults;
    private readonly SoakKills kills;
    private readonly SoakMemory memory;
    private readonly string connectionString;

    private SoakRun(SoakPlan plan, TextWriter log, int azuritePort, StorageProxy proxy, ProviderEmulator emulator)
    {
        (this.plan, this.log, this.proxy, this.emulator) = (plan, log, proxy, emulator);
        connectionString = Azurite.ConnectionStringFor(azuritePort);
        settings = new SoakSettings(emulator);
        table = new SoakTable(connectionString, settings.TablePrefix);
        instances =
        [
            .. Enumerable
                .Range(0, SoakPlan.Instances)
                .Select(number => new SoakInstance(plan, settings, proxy.ConnectionString, number)),
        ];
        books = [.. Enumerable.Range(0, plan.Users).Select(user => new SoakBook($"user-{user}", SoakBudget.Of(user)))];
        faults = new SoakFaults(proxy, plan.FaultEvery);
        kills = new SoakKills(instances, plan.KillEvery);
        memory = new SoakMemory(instances);
    }

    /// <param name="log">Gets a line per minute.</param>
    /// <param name="azuritePort">Where Azurite listens. The soak makes tables with a prefix.</param>
    public static async Task<SoakReport> RunAsync(
        SoakPlan plan,
        TextWriter log,
        int azuritePort,
        CancellationToken stopping
    )
    {
        await using var proxy = await StorageProxy.StartAsync(azuritePort);
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: stopping);
        (emulator.Knobs.Delay, emulator.Knobs.ChunkDelay) = (ProviderDelay, ChunkDelay);
        await using var run = new SoakRun(plan, log, azuritePort, proxy, emulator);
        await run.LoadAsync(stopping);
        return await run.CheckAsync(stopping);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in instances)
        {
            await instance.DisposeAsync();
        }
    }

    private async Task LoadAsync(CancellationToken stopping)
    {
        foreach (var instance in instances)
        {
            await instance.StartAsync(stopping);
        }
        var users = books
            .Select(book => new SoakUser(book, instances, settings.Token(book.User), plan.Pause))
            .ToArray();
        foreach (var user in users)
        {
            await user.SetUpAsync(stopping);
        }
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        over.CancelAfter(plan.Time);
        await Task.WhenAll([
            .. users.Select(user => user.RunAsync(over.Token, stopping)).Select(WatchAsync),
            WatchAsync(faults.RunAsync(over.Token)),
            WatchAsync(kills.RunAsync(over.Token, stopping)),
            WatchAsync(memory.RunAsync(over.Token)),
            WatchAsync(ReportAsync(over.Token)),
        ]);
        stopping.ThrowIfCancellationRequested();

        // The first part that fails ends all others.
        async Task WatchAsync(Task part)
        {
            try
            {
                await part;
            }
            catch
            {
                await over.CancelAsync();
                throw;
            }
        }
    }

    private async Task ReportAsync(CancellationToken over)
    {
        for (var minute = 1; ; minute++)
        {
            await Task.Delay(TimeSpan.FromMinutes(1), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested)
            {
                return;
            }
            foreach (var instance in instances)
            {
                instance.RequireAlive();
            }
            await log.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Minute {minute} of {plan.Time.TotalMinutes:0}: {books.Sum(book => book.Requests):N0} requests, "
                        + $"{faults.Bursts} bursts of faults, {kills.Count} kills, memory "
                        + $"{string.Join(", ", instances.Select(instance => $"{instance.MegaBytes:0}"))} MB"
                )
            );
        }
    }

    private async Task<SoakReport> CheckAsync(CancellationToken stopping)
    {
        await log.WriteLineAsync("Waiting until all calls are settled, then checking …");
        await SoakSettling.SettleAsync(table, stopping);
        var findings = new SoakFindings();
        findings.Check(
            "What killed instances held expires",
            await SoakSettling.ExpireAsync(table, settings, connectionString, stopping),
            () => "Something is still reserved."
        );
        var billed = emulator.Billing.Calls.CountBy(call => call.ApiKey).ToDictionary();
        var losses = new SoakLosses(findings);
        await new SoakAudit(table, settings, instances[0], findings, losses).CheckAsync(books, billed, stopping);
        losses.Judge();
        var lines = memory.Lines;
        if (plan.ChecksMemory)
        {
            findings.Check(
                $"The memory of the instance that lives on grows by at most {SoakMemory.MaxGrowth:P0}",
                lines[0].Growth <= SoakMemory.MaxGrowth,
                () => string.Create(CultureInfo.InvariantCulture, $"{lines[0].First:0} to {lines[0].Last:0} MB")
            );
        }
        return new SoakReport(findings.Checks, CallsOf(findings), [.. Counts(), .. losses.Figures], lines);
    }

    private IReadOnlyList<(string, IReadOnlyList<long>)> CallsOf(SoakFindings findings) =>
        [
            .. books
                .Select(book => book.Budget.Name)
                .Distinct()
                .Select(budget =>
                    (
                        budget,
                        (IReadOnlyList<long>)
                            [.. SoakReport.Columns.Select(column => findings.CountOf(budget, column.Key))]
                    )
                ),
        ];

    private IReadOnlyList<(string, long)> Counts() =>
        [
            ("users", books.Length),
            ("requests", books.Sum(book => (long)book.Requests)),
            ("posted events", books.Sum(book => (long)book.Posts.Count)),
            ("answers to them", books.Sum(book => book.Posts.Sum(post => (long)post.Answered))),
            ("posts without an answer, repeated", books.Sum(book => book.Posts.Sum(post => (long)post.Unanswered))),
            ("reads of budgets and summaries", books.Sum(book => (long)book.Reads)),
            ("kills", kills.Count),
            ("bursts of storage faults", faults.Bursts),
            .. faults.Struck.Select(struck => ($"storage calls {struck.Kind}", (long)struck.Calls)),
        ];
}
