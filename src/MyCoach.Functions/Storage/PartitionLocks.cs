namespace MyCoach.Storage;

/// <summary>Lets the writers of one partition inside this process wait for each other, which costs less than losing races to each other in storage.</summary>
internal sealed class PartitionLocks
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Door> doors = new(StringComparer.Ordinal);

    public async Task<IDisposable> EnterAsync(string partition, CancellationToken cancellation)
    {
        var door = Approach(partition);
        try
        {
            await door.Semaphore.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            Leave(partition, door);
            throw;
        }
        return new Exit(this, partition, door);
    }

    private Door Approach(string partition)
    {
        lock (gate)
        {
            if (!doors.TryGetValue(partition, out var door))
            {
                doors[partition] = door = new Door();
            }
            door.Users++;
            return door;
        }
    }

    // The last one takes the door along.
    private void Leave(string partition, Door door)
    {
        lock (gate)
        {
            if (--door.Users == 0)
            {
                doors.Remove(partition);
            }
        }
    }

    private sealed class Door
    {
        public SemaphoreSlim Semaphore { get; } = new(1);
        public int Users { get; set; }
    }

    private sealed class Exit(PartitionLocks locks, string partition, Door door) : IDisposable
    {
        public void Dispose()
        {
            door.Semaphore.Release();
            locks.Leave(partition, door);
        }
    }
}
