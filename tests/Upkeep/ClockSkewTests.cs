using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Upkeep;

/// <summary>Two instances whose clocks differ by more than a visit allows for.</summary>
public sealed class ClockSkewTests(LocalParts parts)
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(630);

    [Fact]
    public async Task Reservation_of_a_killed_instance_expires_though_its_note_is_gone()
    {
        await using var emulator = await ProviderEmulator.StartAsync(
            cancellation: TestContext.Current.CancellationToken
        );
        await using var slow = await KillableApp.StartAsync(parts, emulator);
        await using var fast = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, $"Storage:TablePrefix={slow.TablePrefix}"]
        );
        using var ann = slow.As("ann");
        await StoreKeyAndBudgetAsync(ann);
        var began = TimeProvider.System.GetUtcNow();
        fast.Clock.SetUtcNow(began + Skew);
        // The slow instance still relies on the note that this removes.
        await RollUpAsync(fast);

        var feed = new Feed();
        emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await BeginAsync(ann);
        await slow.KillAsync();
        feed.End();

        for (var day = 1; day <= 2; day++)
        {
            fast.Clock.SetUtcNow(began.Date.AddDays(day).AddMinutes(75));
            await RollUpAsync(fast);
        }

        using var there = fast.As("ann");
        Assert.Equal((1, 0), await CappedCall.BudgetAsync(there, $"{began:yyyy-MM}"));
        await LedgerCheck.BalancesAsync(there, await slow.UsageAsync("ann"), $"ann_{began:yyyyMM}");
    }

    [Fact]
    public async Task Reservation_made_while_its_note_is_removed_is_visited_again()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var slow = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var clock = new FakeTimeProvider(slow.Clock.GetUtcNow() + Skew);
        await using var fast = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, TestApp.Behind(proxy)],
            beside: slow,
            configure: builder => builder.Services.AddSingleton<TimeProvider>(clock)
        );
        using var ann = slow.As("ann");
        await StoreKeyAndBudgetAsync(ann);
        var feed = new Feed();
        slow.Emulator.Knobs.AnswerNext(feed.Answer());
        HttpResponseMessage? answer = null;
        proxy.Hold = async call =>
        {
            if (call.Method == "DELETE" && answer is null)
            {
                answer = await BeginAsync(ann);
            }
        };

        await RollUpAsync(fast);

        Assert.NotNull(answer);
        Assert.Equal((0, 1), await CappedCall.BudgetAsync(ann));
        clock.Advance(TimeSpan.FromMinutes(10));
        await RollUpAsync(fast);
        Assert.Equal((1, 0), await CappedCall.BudgetAsync(ann));
        feed.End();
        answer.Dispose();
    }

    private static async Task StoreKeyAndBudgetAsync(ApiClient user)
    {
        (await user.PutAsync("/api/keys/anthropic", new { apiKey = GatewayUser.AnthropicKey })).Is(
            HttpStatusCode.Created
        );
        (await user.PatchAsync("/api/settings", new { monthlyBudgetCents = 1 })).Is(HttpStatusCode.OK);
    }

    // Returns once the call is reserved and at the provider.
    private static async Task<HttpResponseMessage> BeginAsync(ApiClient user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/gateway/{CappedCall.Path}")
        {
            Content = new StringContent(CappedCall.Body(streams: true), null, "application/json"),
        };
        return await user.Http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
    }

    private static Task RollUpAsync(TestApp app) =>
        app.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);
}
