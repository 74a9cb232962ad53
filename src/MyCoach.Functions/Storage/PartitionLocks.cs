namespace MyCoach.Storage;

/// <summary>An asynchronous lock per partition. Waiting inside the process costs less than conflicts between its own writers in storage.</summary>
internal sealed class PartitionLocks
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    public async Task<IDisposable> EnterAsync(string partition, CancellationToken cancellation)
    {
        var entry = AddUser(partition);
        try
        {
            await entry.Semaphore.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            RemoveUser(partition, entry);
            throw;
        }
        return new Releaser(this, partition, entry);
    }

    private Entry AddUser(string partition)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(partition, out var entry))
            {
                entries[partition] = entry = new Entry();
            }
            entry.Users++;
            return entry;
        }
    }

    // The last user removes the entry.
    private void RemoveUser(string partition, Entry entry)
    {
        lock (gate)
        {
            if (--entry.Users == 0)
            {
                entries.Remove(partition);
            }
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Semaphore { get; } = new(1);
        public int Users { get; set; }
    }

    private sealed class Releaser(PartitionLocks locks, string partition, Entry entry) : IDisposable
    {
        public void Dispose()
        {
            entry.Semaphore.Release();
            locks.RemoveUser(partition, entry);
        }
    }
}
