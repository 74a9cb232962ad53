using MyCoach.Users;

namespace MyCoach.Gateway;

/// <summary>
/// How much of this process's memory the bodies of calls under way may take, in all and of one user: what is over that
/// is refused, so that nobody can end everybody's calls by filling it. Bodies of a usual size are not counted.
/// </summary>
internal sealed class BodyMemory(long most, long mostOfOne)
{
    public const int Usual = 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> ofUsers = new(StringComparer.Ordinal);
    private long taken;

    /// <summary>An eighth of the memory that there is, from 64 to 256 MiB, and half of that for one user.</summary>
    public static BodyMemory OfThisMachine()
    {
        var most = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8, 64 * Usual, 256 * Usual);
        return new BodyMemory(most, most / 2);
    }

    /// <summary>Nothing at first; it grows with the body, and is given back when it is disposed of.</summary>
    public Share ShareOf(UserId user) => new(this, user.Key);

    private bool TryTake(string user, long bytes)
    {
        lock (gate)
        {
            var ofUser = ofUsers.GetValueOrDefault(user) + bytes;
            if (bytes > 0 && (taken + bytes > most || ofUser > mostOfOne))
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
