using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Alerts;

/// <summary>
/// Raises one alert per user and model when a chosen model retires within 60 days, or has retired. Concurrent checks
/// write the same row, so only one of them can raise it.
/// </summary>
internal sealed class RetirementCheck(
    ListChosenModels listChosen,
    PriceBook prices,
    ChatModels models,
    MonthTable table,
    ChangedMonthsTable changed,
    AlertWebhook webhook,
    BackgroundDelivery delivery,
    TimeProvider clock
)
{
    private const int MaxNames = 10;

    /// <summary>Does nothing without a receiver, so that one that is set up later still gets the alerts.</summary>
    public async Task RunAsync(UserId user, CancellationToken cancellation)
    {
        if (!webhook.IsConfigured)
        {
            return;
        }
        // The timer runs without a request, which would have the latest prices read.
        await prices.GetAsync(cancellation);
        var retiring =
            from choice in await listChosen(user, cancellation)
            from warning in models.WarningsOf(choice.Model)
            group choice.By by (warning.Model, warning.RetiresOn);
        foreach (var choices in retiring)
        {
            var (model, day) = choices.Key;
            await RaiseAsync(
                user,
                ChatModels.FirstMonthOfWarnings(day),
                new RetirementAlert(model, day, [.. choices.Take(MaxNames)], Delivery.New(clock.GetUtcNow())),
                cancellation
            );
        }
    }

    private async Task RaiseAsync(UserId user, Month month, RetirementAlert alert, CancellationToken cancellation)
    {
        if (await table.HasRowAsync(user, month, alert.RowKey, cancellation))
        {
            return;
        }
        // If this process dies after the write, the visit of the month delivers the alert.
        await changed.NoteAsync(user, month, cancellation);
        var row = alert.Write(user.MonthPartition(month));
        if (await table.TryWriteAsync(user, row, read: null, cancellation) is not null)
        {
            delivery.Start(user, month);
        }
    }
}
