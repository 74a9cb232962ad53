namespace MyCoach.Http;

/// <summary>The memory that one request holds. Returned when disposed of, at the end of the request.</summary>
internal sealed class MemoryShare(MemoryBudget budget, string user) : IDisposable
{
    private readonly Lock gate = new();
    private long taken;
    private bool isReturned;

    /// <summary>Takes more. False, and nothing taken, if there is not enough.</summary>
    public bool TryGrow(long bytes)
    {
        lock (gate)
        {
            if (isReturned || !budget.TryTake(user, bytes))
            {
                return false;
            }
            taken += bytes;
            return true;
        }
    }

    /// <summary>Returns a part early. Does nothing after the end of the request.</summary>
    public void Shrink(long bytes)
    {
        lock (gate)
        {
            if (!isReturned)
            {
                taken -= bytes;
                budget.Return(user, bytes);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            budget.Return(user, taken);
            (taken, isReturned) = (0, true);
        }
    }
}
