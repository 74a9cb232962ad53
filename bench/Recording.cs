using System.Net;
using System.Text;
using Azure.Data.Tables;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Bench;

/// <summary>
/// The ways to record one model call for a user, and the bare transaction that they are compared with.
/// </summary>
internal sealed class Recording : IDisposable
{
    public const int MaxUsers = 64;

    private const string Body =
        $$"""{"provider":"anthropic","model":"{{BenchApp.Sonnet}}","inputTokens":1000,"outputTokens":500}""";

    private static readonly UserId[] Users =
    [
        .. Enumerable.Range(0, MaxUsers).Select(number => BenchApp.User($"u{number:D2}")),
    ];
    private static readonly System.Net.Http.Headers.AuthenticationHeaderValue[] Tokens =
    [
        .. Users.Select(BenchApp.Token),
    ];

    private readonly BenchApp app;
    private readonly TableClient bare;
    private readonly HttpClient http;
    private int rows;

    public Recording(BenchApp app, string connectionString, string prefix)
    {
        this.app = app;
        // Like the program's own writes: no retries by the SDK.
        bare = new TableClient(
            connectionString,
            $"{prefix}Ceiling",
            new TableClientOptions { Retry = { MaxRetries = 0 } }
        );
        http = app.NewClient();
    }

    /// <summary>The first way is the product as it runs; each other way leaves out a part.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "HTTP, group commit",
        "in process, group commit",
        "in process, a transaction each, in turn",
        "in process, a transaction each, racing",
    ];

    /// <summary>From this index on, the ways count the attempts of each post.</summary>
    public const int FirstUngrouped = 2;
    public const int Racing = 3;

    /// <summary>Each takes a user's number, and a token that is cancelled when the round ends.</summary>
    public IReadOnlyList<Func<int, CancellationToken, Task<CallResult>>> Ways =>
        [PostAsync, GroupedAsync, InTurnAsync, RaceAsync];

    public Task MakeTableAsync() => bare.CreateAsync();

    /// <summary>
    /// Inserts three rows in the connection's own partition: no reads, no contention and no work by the program.
    /// </summary>
    public async Task<CallResult> BareAsync(int connection, CancellationToken cancellation)
    {
        var first = Interlocked.Add(ref rows, 3);
        await bare.SubmitTransactionAsync(
            Enumerable
                .Range(first, 3)
                .Select(row => new TableTransactionAction(
                    TableTransactionActionType.Add,
                    new TableEntity($"c{connection:D2}", $"{row:D10}") { ["N"] = row }
                )),
            CancellationToken.None
        );
        return new CallResult(true);
    }

    public void Dispose() => http.Dispose();

    private async Task<CallResult> PostAsync(int user, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/usage")
        {
            Content = new StringContent(Body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = Tokens[user];
        using var answer = await http.SendAsync(request, CancellationToken.None);
        return answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable
            ? new CallResult(answer.IsSuccessStatusCode)
            : throw new InvalidOperationException($"POST /api/usage answered {answer.StatusCode}.");
    }

    private async Task<CallResult> GroupedAsync(int user, CancellationToken cancellation)
    {
        try
        {
            await app.Service<UsageRecorder>().RecordAsync(Users[user], [new(NewEvent())], CancellationToken.None);
            return new CallResult(true);
        }
        catch (StorageUnavailableException)
        {
            return new CallResult(false);
        }
    }

    private async Task<CallResult> InTurnAsync(int user, CancellationToken cancellation)
    {
        var usageEvent = NewEvent();
        try
        {
            using var entered = await app.Service<PartitionLocks>()
                .EnterAsync(Users[user].MonthPartition(usageEvent.Month), cancellation);
            return await CommitAsync(Users[user], usageEvent, cancellation);
        }
        catch (OperationCanceledException)
        {
            return new CallResult(false, Attempts: 0);
        }
    }

    private Task<CallResult> RaceAsync(int user, CancellationToken cancellation) =>
        CommitAsync(Users[user], NewEvent(), cancellation);

    // Like the recorder for a group of one: after a failed attempt it looks for its own mark, because the write may
    // have succeeded.
    private async Task<CallResult> CommitAsync(UserId user, UsageEvent usageEvent, CancellationToken cancellation)
    {
        var commitId = Guid.NewGuid().ToString("N");
        var attempts = 0;
        try
        {
            for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
            {
                attempts++;
                var outcome = await app.Service<MonthCommit>()
                    .SubmitAsync(user, usageEvent.Month, [new RecordEvent(user, usageEvent, NoFirstAsync)], commitId);
                if (outcome == TransactionOutcome.Committed || await IsOursAsync())
                {
                    return new CallResult(true, attempts);
                }
            }
        }
        catch (Exception gaveUp) when (gaveUp is StorageUnavailableException or OperationCanceledException)
        {
            return new CallResult(false, attempts);
        }

        async Task<bool> IsOursAsync() =>
            (
                await app.Service<MonthTable>()
                    .FindMarkAsync(user, usageEvent.Month, usageEvent.CallerId, CancellationToken.None)
            )?.CommitId == commitId;
    }

    private static Task<RecordedEvent?> NoFirstAsync(UsageEvent usageEvent, EventMark mark) =>
        Task.FromResult<RecordedEvent?>(null);

    private static UsageEvent NewEvent() => BenchApp.Event(DateTimeOffset.UtcNow);
}
