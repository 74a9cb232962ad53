using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Records what calls used after they end. Calls of a user that end at nearly the same time are recorded together, so that they share a transaction.
/// While the storage is unavailable it retries, for as long as the process lives.
/// </summary>
internal sealed partial class UsageSettler(UsageRecorder recorder, PendingSettlements open, TimeProvider clock, ILogger<UsageSettler> logger)
{
    private const int MaxFailures = 8;

    // Callers do not wait for this. Calls that an agent makes in parallel tend to end together.
    private static readonly TimeSpan BatchWindow = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan MaxBackoff = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<UserId, Batch> batches = [];

    /// <summary>
    /// The task completes when the call is settled, or cannot be. It is not cancelled when the caller disconnects, because the call was made anyway.
    /// </summary>
    public Task SettleAsync(UserId user, UnsettledCall call)
    {
        lock (gate)
        {
            if (batches.TryGetValue(user, out var batch))
            {
                batch.Calls.Add(call);
                return batch.Settled;
            }
            batches[user] = batch = new Batch();
            batch.Calls.Add(call);
            batch.Settled = SettleAsync(user, batch);
            open.Add(user, batch.Settled, batch.FirstAttempt.Task);
            return batch.Settled;
        }
    }

    private async Task SettleAsync(UserId user, Batch batch)
    {
        // A real delay, not one of the TimeProvider: it only collects calls, and no stored time depends on it.
        await Task.Delay(BatchWindow, CancellationToken.None);
        lock (gate)
        {
            batches.Remove(user);
        }
        await RecordAsync(user, batch.Calls, batch.FirstAttempt);
    }

    private async Task RecordAsync(UserId user, List<UnsettledCall> calls, TaskCompletionSource firstAttempt)
    {
        var backoff = TimeSpan.FromSeconds(1);
        for (var failures = 0; ; )
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
                // One of the calls causes the failure. Settle each alone: those that are already recorded find that out.
                await Task.WhenAll(calls.Select(call => RecordAsync(user, [call], firstAttempt)));
                return;
            }
            catch (Exception fault) when (StorageFaults.IsUnavailable(fault) || ++failures < MaxFailures)
            {
                Log.Waiting(logger, Ids(calls), fault.GetType().Name, backoff.TotalSeconds);
            }
            catch (Exception fault)
            {
                var lost = calls[0].Event;
                Log.Lost(logger, fault, calls[0].Id, lost?.Model, lost?.Tokens.Input, lost?.Tokens.Output);
                return;
            }
            finally
            {
                firstAttempt.TrySetResult();
            }
            await Task.Delay(backoff, clock, CancellationToken.None);
            backoff = backoff * 2 < MaxBackoff ? backoff * 2 : MaxBackoff;
        }
    }

    private static string Ids(List<UnsettledCall> calls) => string.Join(", ", calls.Select(call => call.Id));

    /// <summary>Calls of one user that have just ended.</summary>
    private sealed class Batch
    {
        public List<UnsettledCall> Calls { get; } = [];

        public TaskCompletionSource FirstAttempt { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Settled { get; set; } = Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The usage of {Ids} is dropped: the account is being erased")]
        public static partial void Dropped(ILogger logger, string ids);

        [LoggerMessage(LogLevel.Warning, "Could not record the usage of {Ids}: {Reason}; retrying in {Seconds} s")]
        public static partial void Waiting(ILogger logger, string ids, string reason, double seconds);

        [LoggerMessage(LogLevel.Error, "The usage of call {Id} could not be recorded: {Model}, {InputTokens} in, {OutputTokens} out")]
        public static partial void Lost(ILogger logger, Exception fault, string id, string? model, long? inputTokens, long? outputTokens);
    }
}
