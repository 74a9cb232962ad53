using MyCoach.Storage;

namespace MyCoach.Catalogue;

/// <summary>
/// The price book in force: the embedded one with the corrections of the latest stored version. It follows a new version
/// within ten seconds, as long as it is asked. While the storage is unavailable it keeps the version that it has, once it
/// has one.
/// </summary>
internal sealed partial class PriceBook(PriceVersionsTable table, TimeProvider clock, ILogger<PriceBook> logger)
{
    // Leaves two of the ten seconds for the read itself.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(8);

    // From this age on it reads ahead, so that a busy program never waits.
    private static readonly TimeSpan ReadAheadAge = TimeSpan.FromSeconds(4);

    private readonly Lock gate = new();
    private volatile ModelCatalogue current = ModelCatalogue.Embedded;
    private Task refresh = Task.CompletedTask;
    private long? checkedAt;

    // The latest version that was read, or that this release cannot read and follows an earlier one for.
    private long followed;

    /// <summary>The book as it was read last.</summary>
    public ModelCatalogue Current => current;

    /// <summary>The book in force. Reads the latest version if the last read is too old.</summary>
    public async ValueTask<ModelCatalogue> GetAsync(CancellationToken cancellation)
    {
        var (age, refreshing) = RefreshIfOld();
        if (age >= MaxAge)
        {
            await refreshing.WaitAsync(cancellation);
        }
        return current;
    }

    /// <summary>Reads the latest version now, after a change by this process.</summary>
    public Task RefreshAsync()
    {
        lock (gate)
        {
            // A read that is under way may have begun before the change.
            return refresh = ReadAfterAsync(refresh);
        }
    }

    private (TimeSpan Age, Task Refreshing) RefreshIfOld()
    {
        lock (gate)
        {
            var age = checkedAt is { } at ? clock.GetElapsedTime(at) : TimeSpan.MaxValue;
            if (age >= ReadAheadAge && refresh.IsCompleted)
            {
                refresh = ReadAsync();
            }
            return (age, refresh);
        }
    }

    private async Task ReadAfterAsync(Task earlier)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        // The result may be as old as the begin of the read.
        var began = clock.GetTimestamp();
        try
        {
            await FollowLatestAsync();
        }
        catch (Exception fault) when (checkedAt is not null && StorageFaults.IsUnavailable(fault))
        {
            // Before the first read, nothing is known that a call could be priced by.
            Log.Unavailable(logger, current.Version, fault.GetType().Name);
        }
        lock (gate)
        {
            checkedAt = began;
        }
    }

    private async Task FollowLatestAsync()
    {
        var latest = await table.FindLatestAsync(CancellationToken.None);
        if (latest == followed)
        {
            return;
        }
        var version = await table.FindReadableAsync(latest, CancellationToken.None);
        if (version?.Number != latest)
        {
            Log.Unreadable(logger, latest, version?.Number ?? 0);
        }
        current = version is null ? ModelCatalogue.Embedded : ModelCatalogue.Embedded.With(version);
        followed = latest;
        Log.Changed(logger, current.Version);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Prices now follow version {Version} of the price book")]
        public static partial void Changed(ILogger logger, long version);

        [LoggerMessage(
            LogLevel.Warning,
            "Could not read the latest version of the price book: {Reason}; keeping version {Version}"
        )]
        public static partial void Unavailable(ILogger logger, long version, string reason);

        [LoggerMessage(
            LogLevel.Error,
            "A later release stored version {Latest} of the price book, which this one cannot read; using version {Version}"
        )]
        public static partial void Unreadable(ILogger logger, long latest, long version);
    }
}
