using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Bounds how far a user's answers may run ahead of their recording: by <see cref="MaxCalls"/> calls. The next ones wait
/// their turn, in order, as earlier calls are recorded. So at full load each waits a little, and none waits long.
/// </summary>
internal sealed class SettlementBacklog
{
    /// <summary>
    /// About what two transactions record, and so what a killed program may lose of a user without a budget.
    /// </summary>
    public const int MaxCalls = 150;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Backlog> backlogs = new(StringComparer.Ordinal);

    /// <summary>Adds a call that has ended. The task completes when its answer may end.</summary>
    public Task Enter(UserId user)
    {
        lock (gate)
        {
            if (!backlogs.TryGetValue(user.Key, out var backlog))
            {
                backlogs[user.Key] = backlog = new Backlog();
            }
            return backlog.Enter();
        }
    }

    /// <summary>These calls are recorded, or cannot be.</summary>
    public void Leave(UserId user, int calls)
    {
        lock (gate)
        {
            if (backlogs[user.Key].Leave(calls))
            {
                backlogs.Remove(user.Key);
            }
        }
    }

    private sealed class Backlog
    {
        private readonly Queue<TaskCompletionSource> waiting = new();
        private int unrecorded;

        public Task Enter()
        {
            if (++unrecorded <= MaxCalls)
            {
                return Task.CompletedTask;
            }
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn);
            return turn.Task;
        }

        // Returns whether it is empty. Calls are recorded nearly in the order in which they ended.
        public bool Leave(int calls)
        {
            unrecorded -= calls;
            while (waiting.Count > Math.Max(0, unrecorded - MaxCalls))
            {
                waiting.Dequeue().SetResult();
            }
            return unrecorded == 0;
        }
    }
}
