using System.Net;
using System.Text;
using Azure.Data.Tables;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Bench;

/// <summary>The ways to record one call of a model for one of the users, and the bare transaction that they are held against.</summary>
internal sealed class Recording : IDisposable
{
    public const int MostUsers = 64;

    private const string Body = $$"""{"provider":"anthropic","model":"{{BenchApp.Sonnet}}","inputTokens":1000,"outputTokens":500}""";

    private static readonly UserId[] Users = [.. Enumerable.Range(0, MostUsers).Select(number => BenchApp.User($"u{number:D2}"))];
    private static readonly System.Net.Http.Headers.AuthenticationHeaderValue[] Tokens = [.. Users.Select(BenchApp.Token)];

    private readonly BenchApp app;
    private readonly TableClient bare;
    private readonly HttpClient http;
    private int rows;

    public Recording(BenchApp app, string connectionString, string prefix)
    {
        this.app = app;
        // As the program changes rows: no repeats by the SDK.
        bare = new TableClient(connectionString, $"{prefix}Ceiling", new TableClientOptions { Retry = { MaxRetries = 0 } });
        http = app.NewClient();
    }

    /// <summary>The first way is the product; the others leave something away.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "HTTP, group commit",
        "in process, group commit",
        "in process, a transaction each, in turn",
        "in process, a transaction each, racing",
    ];

    /// <summary>From this one on, the attempts of each post are known.</summary>
    public const int FirstUngrouped = 2;
    public const int Racing = 3;

    /// <summary>Each takes a user's number, and is told when nobody waits for its pauses any more.</summary>
    public IReadOnlyList<Func<int, CancellationToken, Task<Done>>> Ways => [PostAsync, GroupedAsync, InTurnAsync, RaceAsync];

    public Task MakeTableAsync() => bare.CreateAsync();

    /// <summary>Three new rows in the connection's own partition: no reading, no contention, none of the program's work.</summary>
    public async Task<Done> BareAsync(int connection, CancellationToken cancellation)
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
        return new Done(true);
    }

    public void Dispose() => http.Dispose();

    private async Task<Done> PostAsync(int user, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/usage")
        {
            Content = new StringContent(Body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = Tokens[user];
        using var answer = await http.SendAsync(request, CancellationToken.None);
        return answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable
            ? new Done(answer.IsSuccessStatusCode)
            : throw new InvalidOperationException($"POST /api/usage answered {answer.StatusCode}.");
    }

    private async Task<Done> GroupedAsync(int user, CancellationToken cancellation)
    {
        try
        {
            await app.Service<UsageRecorder>().RecordAsync(Users[user], [NewEvent()], CancellationToken.None);
            return new Done(true);
        }
        catch (StorageUnavailableException)
        {
            return new Done(false);
        }
    }

    private async Task<Done> InTurnAsync(int user, CancellationToken cancellation)
    {
        var one = NewEvent();
        try
        {
            using var entered = await app.Service<PartitionLocks>().EnterAsync(Users[user].MonthPartition(one.Month), cancellation);
            return await CommitAsync(Users[user], one, cancellation);
        }
        catch (OperationCanceledException)
        {
            return new Done(false, Attempts: 0);
        }
    }

    private Task<Done> RaceAsync(int user, CancellationToken cancellation) => CommitAsync(Users[user], NewEvent(), cancellation);

    // What the recorder does for a group of one: after an attempt that did not commit it looks for its own mark.
    private async Task<Done> CommitAsync(UserId user, UsageEvent one, CancellationToken cancellation)
    {
        var commitId = Guid.NewGuid().ToString("N");
        var attempts = 0;
        try
        {
            for (var race = new Race(); ; await race.LostAsync(cancellation))
            {
                attempts++;
                var outcome = await app.Service<MonthCommit>().SubmitAsync(user, one.Month, [new RecordEvent(user, one, NoFirstAsync)], commitId);
                if (outcome == TransactionOutcome.Committed || await IsOursAsync())
                {
                    return new Done(true, attempts);
                }
            }
        }
        catch (Exception gaveUp) when (gaveUp is StorageUnavailableException or OperationCanceledException)
        {
            return new Done(false, attempts);
        }

        async Task<bool> IsOursAsync() =>
            (await app.Service<MonthTable>().FindMarkAsync(user, one.Month, one.CallerId, CancellationToken.None))?.CommitId == commitId;
    }

    private static Task<Recorded?> NoFirstAsync(UsageEvent one, Mark mark) => Task.FromResult<Recorded?>(null);

    private UsageEvent NewEvent() => app.Event(DateTimeOffset.UtcNow);
}
