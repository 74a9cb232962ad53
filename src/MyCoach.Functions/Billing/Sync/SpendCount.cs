using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Settings;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>Counts what was billed for stored keys outside MyCoach into the ledger, for users who want that.</summary>
internal sealed class SpendCount(
    Reconciler reconciler,
    BillsTable bills,
    SettingsTable settings,
    OutsideUse outside,
    TimeProvider clock
)
{
    // Each attempt sees what the others wrote, so a second one only follows a change in between.
    private const int MaxAttempts = 5;

    /// <summary>
    /// Sets what each of these days counts, as the setting is now. Use of other keys of the organisation is never counted,
    /// so nothing is while no stored key is known among them.
    /// </summary>
    public async Task UpdateAsync(UserId user, Provider provider, Period days, CancellationToken cancellation)
    {
        IReadOnlyList<(DateOnly Day, PicoUsd Amount)>? set = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            // Another instance may have stored a revision or another setting meanwhile, or have counted an earlier one
            // since.
            if (
                await AmountsAsync(user, provider, days, cancellation) is not { } amounts
                || (set is not null && set.SequenceEqual(amounts))
            )
            {
                return;
            }
            foreach (var (day, amount) in amounts)
            {
                await outside.SetAsync(user, provider, day, amount, cancellation);
            }
            set = amounts;
        }
    }

    /// <summary>Takes back whatever is counted, as without an admin key nothing would ever correct it.</summary>
    public async Task WithdrawAsync(UserId user, Provider provider, CancellationToken cancellation)
    {
        if ((await bills.GetAccountAsync(user, provider, cancellation)).CountedFrom is not { } first)
        {
            return;
        }
        foreach (var day in new Period(first, Today).Days)
        {
            await outside.SetAsync(user, provider, day, PicoUsd.Zero, cancellation);
        }
        await bills.UpdateAsync(user, provider, account => account with { CountedFrom = null }, cancellation);
    }

    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    // Null if nothing is to be set.
    private async Task<IReadOnlyList<(DateOnly Day, PicoUsd Amount)>?> AmountsAsync(
        UserId user,
        Provider provider,
        Period days,
        CancellationToken cancellation
    )
    {
        var account = await bills.GetAccountAsync(user, provider, cancellation);
        if (!(await settings.GetAsync(user, cancellation)).CountProviderSpend)
        {
            await WithdrawAsync(user, provider, cancellation);
            return null;
        }
        if (account.Links.Count == 0)
        {
            return null;
        }
        if (account.CountedFrom is not { } first || first > days.First)
        {
            // Before the first event, so that a withdrawal finds it.
            await bills.UpdateAsync(user, provider, old => old with { CountedFrom = days.First }, cancellation);
        }
        if (await reconciler.CompareAsync(user, days, [provider], cancellation) is not { } reconciled)
        {
            return null;
        }
        var byDay = reconciled.Cells.ToLookup(cell => cell.Key.Day, cell => cell.Value.Split());
        return
        [
            .. reconciled
                .Read.Where(day => day.IsBilled && account.KeysOn(day.Bill).AreCompared)
                .Select(day => day.Bill.Day)
                .Order()
                .Select(day => (day, Outside(byDay[day]))),
        ];
    }

    // The mean cost of calls is a guess that the tokens correct. Both together are what the surplus tokens cost.
    private static PicoUsd Outside(IEnumerable<Causes> day) =>
        PicoUsd.Max(PicoUsd.Zero, day.Aggregate(PicoUsd.Zero, (sum, causes) => sum + causes.Calls + causes.Tokens));
}
