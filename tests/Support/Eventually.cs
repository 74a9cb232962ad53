using MyCoach.Dev.Emulator;

namespace MyCoach.Tests.Support;

/// <summary>Waits for what happens at a moment that a test does not decide.</summary>
public static class Eventually
{
    /// <summary>For what may take as long as the machine is busy: only a hang takes longer.</summary>
    public static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(400);

    public static Task HoldsAsync(Func<bool> holds) => HoldsAsync(() => Task.FromResult(holds()));

    /// <summary>Looks until it holds.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> holds)
    {
        for (var started = TimeProvider.System.GetTimestamp(); !await holds(); )
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < HangLimit,
                $"It did not hold within {HangLimit.TotalSeconds:0} seconds."
            );
            await Task.Delay(Period, TestContext.Current.CancellationToken);
        }
    }

    public static Task StaysAsync(Func<bool> holds) => StaysAsync(() => Task.FromResult(holds()));

    /// <summary>
    /// Asserts that it holds for a moment of real time. Only for what must not happen and gives no sign of having been
    /// considered: on a busy machine a test that should fail may pass, and never the other way round.
    /// </summary>
    public static async Task StaysAsync(Func<Task<bool>> holds)
    {
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < Moment; )
        {
            Assert.True(await holds(), "It no longer held.");
            await Task.Delay(Period, TestContext.Current.CancellationToken);
        }
        Assert.True(await holds(), "It no longer held.");
    }

    /// <summary>Waits for what another part of the test says that it has reached.</summary>
    public static Task ReachedAsync(this TaskCompletionSource place) =>
        place.Task.WaitAsync(HangLimit, TestContext.Current.CancellationToken);

    /// <summary>Waits until so many calls have reached the provider, and gives the first.</summary>
    public static async Task<EmulatedCall> CalledAsync(this ProviderEmulator emulator, int calls = 1)
    {
        await HoldsAsync(() => emulator.Calls.Count >= calls);
        return emulator.Calls.First();
    }
}
