using MyCoach.Storage;

namespace MyCoach.Catalogue;

/// <summary>
/// The price book in force: the embedded one with the corrections of the latest stored version. It follows a new version
/// within ten seconds, as long as it is asked. While the storage is unavailable it keeps the version that it has.
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
        await earlier;
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        // The result may be as old as the begin of the read.
        var began = clock.GetTimestamp();
        try
        {
            var latest = await table.FindLatestAsync(CancellationToken.None);
            if (latest != current.Version && await table.FindAsync(latest, CancellationToken.None) is { } version)
            {
                current = ModelCatalogue.Embedded.With(version);
                Log.Changed(logger, version.Number);
            }
        }
        catch (Exception fault) when (StorageFaults.IsUnavailable(fault))
        {
            Log.Unavailable(logger, current.Version, fault.GetType().Name);
        }
        catch (Exception fault)
        {
            // Such as a version that a later release stored.
            Log.Unreadable(logger, fault, current.Version);
        }
        lock (gate)
        {
            checkedAt = began;
        }
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
            "The latest version of the price book is not readable by this release; keeping version {Version}"
        )]
        public static partial void Unreadable(ILogger logger, Exception fault, long version);
    }
}
