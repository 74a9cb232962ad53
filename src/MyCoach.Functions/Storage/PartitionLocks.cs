namespace MyCoach.Storage;

/// <summary>Lets the writers of one partition inside this process wait for each other, which costs less than losing races to each other in storage.</summary>
internal sealed class PartitionLocks
{
    private readonly SemaphoreSlim[] stripes = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    public async Task<IDisposable> EnterAsync(string partition, CancellationToken cancellation)
    {
        var stripe = stripes[(uint)string.GetHashCode(partition, StringComparison.Ordinal) % stripes.Length];
        await stripe.WaitAsync(cancellation);
        return new Exit(stripe);
    }

    private sealed class Exit(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
