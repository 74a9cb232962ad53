using Microsoft.Extensions.Time.Testing;
using MyCoach.Storage;

namespace MyCoach.Tests.Storage;

/// <summary>When a writer gives up. The pauses are not awaited, so that the tests take no time.</summary>
public sealed class ConflictRetryTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task The_twentieth_failed_attempt_is_the_last_even_if_no_time_passes()
    {
        var race = new ConflictRetry(clock);
        for (var attempt = 1; attempt < 20; attempt++)
        {
            BackOff(race);
        }
        await Assert.ThrowsAsync<RowBusyException>(() => race.BackOffAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_attempt_that_ends_after_a_minute_is_the_last()
    {
        clock.Advance(TimeSpan.FromHours(1));
        var race = new ConflictRetry(clock);
        BackOff(race);
        clock.Advance(TimeSpan.FromSeconds(59));
        BackOff(race);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<RowBusyException>(() => race.BackOffAsync(CancellationToken.None));
    }

    private static void BackOff(ConflictRetry race) => _ = race.BackOffAsync(new CancellationToken(canceled: true));
}
