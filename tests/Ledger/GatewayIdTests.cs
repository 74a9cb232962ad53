using System.Net;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Tests.Support;
using MyCoach.Users;

namespace MyCoach.Tests.Ledger;

/// <summary>Events of gateway calls are unique by their rows alone, and those recorded before that by their marks.</summary>
public sealed class GatewayIdTests(LocalParts parts)
{
    [Fact]
    public void An_id_states_the_millisecond_in_which_its_call_began()
    {
        var now = new DateTimeOffset(2026, 11, 15, 12, 34, 56, 789, TimeSpan.FromHours(2)).AddTicks(1_234);

        var (id, beganAt) = GatewayIds.New(now);

        Assert.Equal(now.AddTicks(-1_234), beganAt);
        Assert.Equal(beganAt, GatewayIds.TimeOf(id));
        Assert.NotEqual(id, GatewayIds.New(now).Id);
    }

    [Theory]
    [InlineData("gw-outside-openai-20261115")]
    [InlineData("gw-0199a7f0-0000-4000-8000-000000000000")]
    [InlineData("gw-")]
    [InlineData("0199a7f0-0000-7000-8000-000000000000")]
    public void Other_ids_state_no_time(string id) => Assert.Null(GatewayIds.TimeOf(id));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task An_event_at_another_time_than_its_id_states_is_found_and_unique_by_a_mark(
        long ticksLater,
        bool hasMark
    )
    {
        await using var app = await TestApp.StartAsync(parts);
        var user = await app.Service<ErasureFence>()
            .EnterAsync(UserId.TryCreate("ann")!, TestContext.Current.CancellationToken);
        var (id, beganAt) = GatewayIds.New(app.Clock.GetUtcNow());
        var call = new UsageEvent(
            id,
            Provider.OpenAi,
            "gpt-4o",
            new TokenCounts(1, 1, 0, 0),
            null,
            null,
            beganAt.AddTicks(ticksLater),
            null
        );
        var unsettled = new UnsettledCall(call, Reservation: null);

        await app.Service<UsageRecorder>().SettleAsync(user, [unsettled]);
        await app.Service<UsageRecorder>().SettleAsync(user, [unsettled]);

        var rows = await app.RowsAsync("Usage");
        Assert.Equal(hasMark, rows.Any(row => row.RowKey == $"mark_{id}"));
        Assert.Single(rows, row => row.RowKey.StartsWith("event_", StringComparison.Ordinal));
        var ann = app.As("ann");
        (await ann.GetAsync($"/api/usage/202611-{id}")).Is(HttpStatusCode.OK);
        Assert.Equal(1, (long)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }
}
