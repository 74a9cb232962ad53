using System.Globalization;
using MyCoach.Catalogue;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Counts what a provider billed for a day's use outside MyCoach into the ledger: one event a day and provider, whose cost
/// is adjusted when the bill is revised.
/// </summary>
internal sealed class OutsideUse(UsageRecorder recorder, MonthQueue months, MonthTable table, TimeProvider clock)
{
    /// <summary>In place of a model.</summary>
    public const string Model = "outside MyCoach";

    private const int MaxRevisions = 50;

    private const string Prefix = Ids.GatewayPrefix + "outside-";

    public static bool IsIdOf(string callerId) => callerId.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Sets what the day counts. Does nothing if it counts that already, or its month is removed.</summary>
    public async Task SetAsync(
        UserId user,
        Provider provider,
        DateOnly day,
        PicoUsd amount,
        CancellationToken cancellation
    )
    {
        var wanted = EventOf(provider, day, amount);
        if (await table.FindLedgerAsync(user, wanted.Month, cancellation) is { Removal: not EventRemoval.None })
        {
            return;
        }
        var stored = await table.FindEventAsync(user, wanted.Month, wanted.CallerId, cancellation);
        if (stored is null && amount != PicoUsd.Zero)
        {
            var recorded = (await recorder.RecordAsync(user, [new NewEvent(wanted)], cancellation)).Single();
            stored = recorded.IsNew
                ? null
                : await table.FindEventAsync(user, wanted.Month, wanted.CallerId, cancellation);
        }
        if (stored is not null && Revise(stored) is not null)
        {
            await months.RunAsync([new RepriceEvent(user, stored, Revise)], cancellation);
        }

        UsageEvent? Revise(UsageEvent counted) =>
            counted.Cost == amount
                ? null
                : Add(
                    counted,
                    new Adjustment(Adjustment.Revised, clock.GetUtcNow(), amount - counted.Cost, PriceVersion: null)
                );
    }

    // Beyond a number, the latest revisions become one, because a row holds only so many.
    private static UsageEvent Add(UsageEvent counted, Adjustment revision) =>
        counted.Adjustments.Count < MaxRevisions
            ? counted.With(revision)
            : counted with
            {
                Adjustments =
                [
                    .. counted.Adjustments.SkipLast(1),
                    revision with
                    {
                        Difference = counted.Adjustments[^1].Difference + revision.Difference,
                    },
                ],
            };

    private static UsageEvent EventOf(Provider provider, DateOnly day, PicoUsd amount) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"{Prefix}{provider.Id}-{day:yyyyMMdd}"),
            provider,
            Model,
            default,
            ConversationId: null,
            AgentId: null,
            new DateTimeOffset(day, TimeOnly.MaxValue, TimeSpan.Zero),
            new Receipt(
                Model,
                "the provider's bill",
                day,
                Estimated: false,
                [new Charge(Charge.OutsideUse, 1, amount.Usd * 100)]
            )
            {
                IsHeld = true,
            }
        );
}
