using MyCoach.Users;

namespace MyCoach.Gateway;

/// <summary>
/// Limits the memory that bodies of running calls take, in total and per user, so that one caller cannot exhaust it.
/// Bodies up to 1 MiB are not counted.
/// </summary>
internal sealed class BodyMemory(long most, long mostPerUser)
{
    public const int Usual = 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> ofUsers = new(StringComparer.Ordinal);
    private long taken;

    /// <summary>An eighth of the available memory, from 64 to 256 MiB, and half of that per user.</summary>
    public static BodyMemory OfThisMachine()
    {
        var most = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8, 64 * Usual, 256 * Usual);
        return new BodyMemory(most, most / 2);
    }

    /// <summary>Empty at first; grows with the body, and is returned when disposed.</summary>
    public Share ShareOf(UserId user) => new(this, user.Key);

    private bool TryTake(string user, long bytes)
    {
        lock (gate)
        {
            var ofUser = ofUsers.GetValueOrDefault(user) + bytes;
            if (bytes > 0 && (taken + bytes > most || ofUser > mostPerUser))
            {
                return false;
            }
            taken += bytes;
            ofUsers[user] = ofUser;
            if (ofUser == 0)
            {
                ofUsers.Remove(user);
            }
            return true;
        }
    }

    public sealed class Share(BodyMemory memory, string user) : IDisposable
    {
        private long taken;

        public bool TryGrow(long bytes)
        {
            if (bytes <= Usual || bytes <= taken)
            {
                return true;
            }
            if (!memory.TryTake(user, bytes - taken))
            {
                return false;
            }
            taken = bytes;
            return true;
        }

        public void Dispose()
        {
            memory.TryTake(user, -taken);
            taken = 0;
        }
    }
}
