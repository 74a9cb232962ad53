using MyCoach.Dev;
using MyCoach.Ledger;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Budgets;

internal static class ReservationSteps
{
    public const decimal Bound = 1;

    public static async Task<HttpResponseMessage> BeginAsync(TestApp app, GatewayUser user, Feed feed)
    {
        app.Emulator.Knobs.AnswerNext(feed.Answer());
        var answer = await user.SendAsync(CappedCall.Path, CappedCall.Body(streams: true));
        await CappedCall.ReservedAsync(app);
        return answer;
    }

    public static bool IsRenewal(StorageCall call) =>
        call.Method != "GET" && call.Path.Contains("RowKey='reservation_", StringComparison.Ordinal);

    public static Task RenewedAsync(TestApp app) =>
        Eventually.HoldsAsync(async () => await ExpiryAsync(app) == app.Clock.GetUtcNow() + Reservation.Lease);

    public static async Task<DateTimeOffset?> ExpiryAsync(TestApp app) =>
        (await app.RowsAsync("Usage"))
            .Single(row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal))
            .GetDateTimeOffset("ExpiresAt");

    public static Task RollUpAsync(TestApp app) =>
        app.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);
}
