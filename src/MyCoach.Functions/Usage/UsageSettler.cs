using MyCoach.Accounts;
using MyCoach.Auth;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>Records what calls used, also where the storage is away for a while: it tries again for as long as the process lives.</summary>
internal sealed partial class UsageSettler(UsageRecorder recorder, OpenSettlements open, TimeProvider clock, ILogger<UsageSettler> logger)
{
    private const int MostFaults = 8;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>The task ends when the event is recorded, or cannot be. It is nobody's to cancel: the call was made, whoever still waits for it.</summary>
    public Task SettleAsync(UserId user, UsageEvent one)
    {
        var settling = RecordAsync(user, one);
        open.Add(settling);
        return settling;
    }

    private async Task RecordAsync(UserId user, UsageEvent one)
    {
        var pause = TimeSpan.FromSeconds(1);
        for (var faults = 0; ; )
        {
            try
            {
                await recorder.RecordAsync(user, [one], CancellationToken.None);
                return;
            }
            catch (AccountErasingException)
            {
                Log.Dropped(logger, one.Id);
                return;
            }
            catch (Exception fault) when (StorageFaults.IsUnavailable(fault) || ++faults < MostFaults)
            {
                Log.Waiting(logger, one.Id, fault.GetType().Name, pause.TotalSeconds);
            }
            catch (Exception fault)
            {
                Log.Lost(logger, fault, one.Id, one.Model, one.Tokens.Input, one.Tokens.Output);
                return;
            }
            await Task.Delay(pause, clock, CancellationToken.None);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The usage of call {Id} is dropped: the account is being erased")]
        public static partial void Dropped(ILogger logger, string id);

        [LoggerMessage(LogLevel.Warning, "The usage of call {Id} is not recorded yet: {Reason}; tried again in {Seconds} s")]
        public static partial void Waiting(ILogger logger, string id, string reason, double seconds);

        [LoggerMessage(LogLevel.Error, "The usage of call {Id} could not be recorded: {Model}, {InputTokens} in, {OutputTokens} out")]
        public static partial void Lost(ILogger logger, Exception fault, string id, string model, long inputTokens, long outputTokens);
    }
}
