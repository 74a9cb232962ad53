using System.Text.Json.Nodes;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Alerts;

internal static class AlertSteps
{
    public static async Task PassAsync(TestApp app, TimeSpan? time = null)
    {
        app.Clock.Advance(time ?? TimeSpan.FromMinutes(5));
        await RollUpAsync(app);
    }

    public static Task RollUpAsync(TestApp app) =>
        app.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);

    public static async Task<IReadOnlyList<JsonNode>> AlertsAsync(ApiClient caller, string month = "2026-11") =>
        [.. (await caller.GetAsync($"/api/budget?month={month}"))["alerts"].AsArray().Select(alert => alert!)];

    public static Task EventuallyAsync(ApiClient caller, Func<JsonNode, bool> holds) =>
        Eventually.HoldsAsync(async () => holds(Assert.Single(await AlertsAsync(caller))));
}
