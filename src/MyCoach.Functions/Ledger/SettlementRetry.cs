using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Records what ended calls used. While the storage is unavailable it retries, for as long as the process lives. After
/// other failures it gives up in the end.
/// </summary>
internal sealed partial class SettlementRetry(
    UsageRecorder recorder,
    TimeProvider clock,
    ILogger<SettlementRetry> logger
)
{
    private const int MaxFailures = 8;

    private static readonly TimeSpan MaxBackoff = TimeSpan.FromMinutes(1);

    /// <param name="firstAttempt">Completed with the first attempt, successful or not.</param>
    public async Task RunAsync(UserId user, List<UnsettledCall> calls, TaskCompletionSource firstAttempt)
    {
        var backoff = TimeSpan.FromSeconds(1);
        var failures = 0;
        while (true)
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
                // One of the calls causes the failure. Settle each alone: those that are already recorded find that
                // out.
                await Task.WhenAll(calls.Select(call => RunAsync(user, [call], firstAttempt)));
                return;
            }
            catch (Exception fault)
            {
                if (!StorageFaults.IsUnavailable(fault) && ++failures == MaxFailures)
                {
                    var lost = calls[0].Event;
                    Log.Lost(logger, fault, calls[0].Id, lost?.Model, lost?.Tokens.Input, lost?.Tokens.Output);
                    return;
                }
                Log.Waiting(logger, Ids(calls), fault.GetType().Name, backoff.TotalSeconds);
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

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The usage of {Ids} is dropped: the account is being erased")]
        public static partial void Dropped(ILogger logger, string ids);

        [LoggerMessage(LogLevel.Warning, "Could not record the usage of {Ids}: {Reason}; retrying in {Seconds} s")]
        public static partial void Waiting(ILogger logger, string ids, string reason, double seconds);

        [LoggerMessage(
            LogLevel.Error,
            "The usage of call {Id} could not be recorded: {Model}, {InputTokens} in, {OutputTokens} out"
        )]
        public static partial void Lost(
            ILogger logger,
            Exception fault,
            string id,
            string? model,
            long? inputTokens,
            long? outputTokens
        );
    }
}
