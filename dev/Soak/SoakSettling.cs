namespace MyCoach.Dev.Soak;

/// <summary>Waits until everything that was called is settled, or has expired.</summary>
internal static class SoakSettling
{
    private const int QuietReadings = 3;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // More than a reservation's lease and the allowance for clocks that differ.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);

    /// <summary>Waits until the instances record nothing any more.</summary>
    public static async Task SettleAsync(SoakTable table, CancellationToken stopping)
    {
        var (last, quiet) = (-1L, 0);
        while (quiet < QuietReadings)
        {
            await Task.Delay(Period, stopping);
            var (requests, _) = await table.LedgersAsync(stopping);
            quiet = requests == last ? quiet + 1 : 0;
            last = requests;
        }
    }

    /// <summary>
    /// Runs another instance, whose clock is ahead, until no reservation is left. What killed instances held has expired
    /// by its clock.
    /// </summary>
    /// <returns>Whether nothing is reserved any more.</returns>
    public static async Task<bool> ExpireAsync(
        SoakTable table,
        SoakSettings settings,
        string connectionString,
        CancellationToken stopping
    )
    {
        await using var app = MyCoach.Program.Build(
            [.. settings.Arguments(connectionString, LocalPort.Free(), rollUp: "*/2 * * * * *")],
            builder => builder.Services.AddSingleton<TimeProvider>(new ForwardClock())
        );
        await app.StartAsync(stopping);
        var began = TimeProvider.System.GetTimestamp();
        while ((await table.LedgersAsync(stopping)).Reserving > 0)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                return false;
            }
            await Task.Delay(Period, stopping);
        }
        await app.StopAsync(stopping);
        return true;
    }

    private sealed class ForwardClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
