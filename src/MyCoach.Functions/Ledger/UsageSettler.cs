using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Records what calls used once they have ended, those of a user that end together in one go: they then share a transaction. Where the storage is
/// away it tries again for as long as the process lives.
/// </summary>
internal sealed partial class UsageSettler(UsageRecorder recorder, OpenSettlements open, TimeProvider clock, ILogger<UsageSettler> logger)
{
    private const int MostFaults = 8;

    // Nobody waits for it, and the calls that an agent makes side by side tend to end side by side.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<UserId, Group> gathering = [];

    /// <summary>The task ends when the call is settled, or cannot be. It is nobody's to cancel: the call was made, whoever still waits for it.</summary>
    public Task SettleAsync(UserId user, EndedCall call)
    {
        lock (gate)
        {
            if (gathering.TryGetValue(user, out var group))
            {
                group.Calls.Add(call);
                return group.Settled;
            }
            gathering[user] = group = new Group();
            group.Calls.Add(call);
            group.Settled = SettleAsync(user, group);
            open.Add(user, group.Settled, group.Tried.Task);
            return group.Settled;
        }
    }

    private async Task SettleAsync(UserId user, Group group)
    {
        // Real time: it is no date of the application's, only a moment.
        await Task.Delay(Gathering, CancellationToken.None);
        lock (gate)
        {
            gathering.Remove(user);
        }
        await RecordAsync(user, group.Calls, group.Tried);
    }

    private async Task RecordAsync(UserId user, List<EndedCall> calls, TaskCompletionSource tried)
    {
        var pause = TimeSpan.FromSeconds(1);
        for (var faults = 0; ; )
        {
            try
            {
                await recorder.SettleAsync(user, calls);
                return;
            }
            catch (AccountErasingException)
            {
                Log.Dropped(logger, Ids(calls));
                return;
            }
            catch (Exception fault) when (calls.Count > 1 && !StorageFaults.IsUnavailable(fault))
            {
                // One of them is at fault; the others are recorded by now, and each finds that out for itself.
                await Task.WhenAll(calls.Select(one => RecordAsync(user, [one], tried)));
                return;
            }
            catch (Exception fault) when (StorageFaults.IsUnavailable(fault) || ++faults < MostFaults)
            {
                Log.Waiting(logger, Ids(calls), fault.GetType().Name, pause.TotalSeconds);
            }
            catch (Exception fault)
            {
                var lost = calls[0].Event;
                Log.Lost(logger, fault, calls[0].Id, lost?.Model, lost?.Tokens.Input, lost?.Tokens.Output);
                return;
            }
            finally
            {
                tried.TrySetResult();
            }
            await Task.Delay(pause, clock, CancellationToken.None);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static string Ids(List<EndedCall> calls) => string.Join(", ", calls.Select(one => one.Id));

    /// <summary>Calls of one user that have just ended.</summary>
    private sealed class Group
    {
        public List<EndedCall> Calls { get; } = [];

        public TaskCompletionSource Tried { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Settled { get; set; } = Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The usage of {Ids} is dropped: the account is being erased")]
        public static partial void Dropped(ILogger logger, string ids);

        [LoggerMessage(LogLevel.Warning, "The usage of {Ids} is not recorded yet: {Reason}; tried again in {Seconds} s")]
        public static partial void Waiting(ILogger logger, string ids, string reason, double seconds);

        [LoggerMessage(LogLevel.Error, "The usage of call {Id} could not be recorded: {Model}, {InputTokens} in, {OutputTokens} out")]
        public static partial void Lost(ILogger logger, Exception fault, string id, string? model, long? inputTokens, long? outputTokens);
    }
}
