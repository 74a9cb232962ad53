namespace MyCoach.Http;

/// <summary>
/// Limits the memory that requests hold. A user may hold at most as much as is then left for all others, so that no user
/// can take it all, and one user alone can take half.
/// </summary>
/// <param name="total">In bytes.</param>
internal sealed class MemoryBudget(long total)
{
    // For the program itself, without requests.
    private const long OwnBytes = 96L * 1024 * 1024;
    private const long MinTotal = 64L * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> ofUsers = new(StringComparer.Ordinal);
    private long taken;

    /// <summary>
    /// Half of what the machine or container leaves beside the program itself; the other half is for garbage that is not
    /// collected yet.
    /// </summary>
    public static MemoryBudget OfThisMachine() =>
        new(Math.Max(MinTotal, (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - OwnBytes) / 2));

    /// <summary>Empty at first.</summary>
    public MemoryShare ShareOf(string user) => new(this, user);

    internal bool TryTake(string user, long bytes)
    {
        lock (gate)
        {
            var ofUser = ofUsers.GetValueOrDefault(user) + bytes;
            if (ofUser > total - taken - bytes)
            {
                return false;
            }
            Set(user, ofUser, bytes);
            return true;
        }
    }

    internal void Return(string user, long bytes)
    {
        lock (gate)
        {
            Set(user, ofUsers.GetValueOrDefault(user) - bytes, -bytes);
        }
    }

    private void Set(string user, long ofUser, long change)
    {
        taken += change;
        if (ofUser == 0)
        {
            ofUsers.Remove(user);
        }
        else
        {
            ofUsers[user] = ofUser;
        }
    }
}
