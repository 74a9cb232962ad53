using Azure;

namespace MyCoach.Storage;

/// <summary>Makes an idempotent change to a table, and repeats it if the answer was lost.</summary>
internal sealed class ChangeRetry(TableCreation creation)
{
    private const int MaxAttempts = 4;

    /// <param name="change">Gets the number of the attempt, from 1.</param>
    /// <param name="admit">Runs before each attempt and throws if the change is not allowed.</param>
    public async Task<T> RunAsync<T>(
        Func<int, Task<T>> change,
        CancellationToken cancellation,
        WriteGuard? admit = null
    )
    {
        await creation.EnsureCreatedAsync(cancellation);
        for (var attempt = 1; ; attempt++)
        {
            if (admit is not null)
            {
                await admit(cancellation);
            }
            try
            {
                return await change(attempt);
            }
            catch (RequestFailedException failure) when (StorageFaults.IsTableGone(failure))
            {
                creation.Invalidate();
                throw;
            }
            catch (Exception unknown)
                when (attempt < MaxAttempts && StorageFaults.IsOutcomeUnknown(unknown, cancellation))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50 << attempt), cancellation);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw StorageFaults.Late;
            }
        }
    }
}
