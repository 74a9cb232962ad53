using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Bench;

/// <summary>Measures whether a summary costs more if its month has more calls. Both months have the same days, models and conversations.</summary>
internal static class Summary
{
    private const int Few = 1_000;
    private const int Many = 100_000;
    private const int WarmUp = 5;
    private const string Summaries = "/api/usage/summary?groupBy=";

    private static readonly string[] Groupings = ["model", "day", "conversation"];
    private static readonly Month Month = Month.Of(DateTimeOffset.UtcNow).Previous;
    private static readonly (UserId Few, UserId Many) Users = (BenchApp.User("few"), BenchApp.User("many"));
    private static readonly Dictionary<UserId, AuthenticationHeaderValue> Tokens = new[] { Users.Few, Users.Many }.ToDictionary(
        user => user,
        BenchApp.Token
    );

    /// <summary>Requests a summary of so many calls and returns its time in milliseconds.</summary>
    private delegate Task<double> Ask(UserId user, string grouping, int calls);

    private sealed record Setting(string Name, Ask Few, Ask Many, int Samples);

    public static async Task MeasureAsync(CancellationToken stopping)
    {
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        await using var remembering = await RememberingStorage.StartAsync(azurite.Port);
        await using var together = new BenchApp(azurite.ConnectionString, "together");
        await using var alone = new BenchApp(azurite.ConnectionString, "alone");
        await using var remembered = new BenchApp(remembering.ConnectionString, "together");
        await Task.WhenAll(together.StartAsync(), alone.StartAsync(), remembered.StartAsync());
        await Console.Error.WriteLineAsync($"Writing months of {Few} and of {Many} calls …");
        await MonthOfCalls.FillAsync(alone, Users.Few, Month, Few, stopping);
        await MonthOfCalls.FillAsync(together, Users.Few, Month, Few, stopping);
        await MonthOfCalls.FillAsync(together, Users.Many, Month, Many, stopping);

        using var inOneTable = together.NewClient();
        using var byItself = alone.NewClient();
        using var fromMemory = remembered.NewClient();
        Setting[] settings =
        [
            new("both months in one table", Through(inOneTable), Through(inOneTable), Samples: 150),
            new("the same, the bare query without MyCoach", Bare("together"), Bare("together"), Samples: 150),
            new("a table for each month", Through(byItself), Through(inOneTable), Samples: 50),
            new("the same, the bare query without MyCoach", Bare("alone"), Bare("together"), Samples: 50),
            new("storage that answers from memory", Through(fromMemory), Through(fromMemory), Samples: 500),
        ];
        Console.WriteLine("Median (p95), in turns in one run:");
        Console.WriteLine();
        Console.WriteLine(Figures.Head("storage", "summary by", "requests of each", $"{Few:N0} calls, ms", $"{Many:N0} calls, ms", "ratio"));
        foreach (var setting in settings)
        {
            foreach (var grouping in Groupings)
            {
                await CompareAsync(setting, grouping, stopping);
            }
        }
        await CountAsync(remembering, Through(fromMemory));
        await ExportAsync(inOneTable, stopping);

        Ask Through(HttpClient http) => (user, grouping, calls) => AskAsync(http, user, Summaries + grouping, calls, stopping);

        Ask Bare(string prefix) =>
            (user, grouping, _) => QueryAsync(new TableClient(azurite.ConnectionString, $"{prefix}Usage"), user, grouping, stopping);
    }

    private static async Task CompareAsync(Setting setting, string grouping, CancellationToken stopping)
    {
        await Console.Error.WriteLineAsync($"Summaries by {grouping}: {setting.Name} …");
        var (few, many) = (new List<double>(), new List<double>());
        for (var sample = -WarmUp; sample < setting.Samples; sample++)
        {
            stopping.ThrowIfCancellationRequested();
            few.Add(await setting.Few(Users.Few, grouping, Few));
            many.Add(await setting.Many(Users.Many, grouping, Many));
        }
        few.RemoveRange(0, WarmUp);
        many.RemoveRange(0, WarmUp);
        var (fewMs, manyMs) = (few.Median(), many.Median());
        Console.WriteLine(
            Figures.Row(
                $"{setting.Name}",
                $"{grouping}",
                $"{setting.Samples}",
                $"{fewMs:0.0} ({few.Percentile(0.95):0.0})",
                $"{manyMs:0.0} ({many.Percentile(0.95):0.0})",
                $"{manyMs / fewMs:0.00}"
            )
        );
    }

    private static async Task CountAsync(RememberingStorage storage, Ask ask)
    {
        Console.WriteLine();
        Console.WriteLine(
            Figures.Head("summary by", $"{Few:N0} calls: storage transactions, bytes", $"{Many:N0} calls: storage transactions, bytes")
        );
        foreach (var grouping in Groupings)
        {
            var few = await CountOneAsync(Users.Few, Few);
            var many = await CountOneAsync(Users.Many, Many);
            Console.WriteLine(Figures.Row($"{grouping}", $"{few.Requests}, {few.Bytes}", $"{many.Requests}, {many.Bytes}"));

            async Task<(int Requests, long Bytes)> CountOneAsync(UserId user, int calls)
            {
                // Ask once before counting, so that the erasure fence's check, cached for five seconds, is not counted.
                await ask(user, grouping, calls);
                storage.ResetCounts();
                await ask(user, grouping, calls);
                return (storage.Requests, storage.Bytes);
            }
        }
    }

    private static async Task ExportAsync(HttpClient http, CancellationToken stopping)
    {
        await Console.Error.WriteLineAsync("Exports …");
        var few = await AskAsync(http, Users.Few, "/api/usage/export?", calls: null, stopping);
        var many = await AskAsync(http, Users.Many, "/api/usage/export?", calls: null, stopping);
        Console.WriteLine();
        Console.WriteLine(Figures.Head("reading every call, once", $"{Few:N0} calls, ms", $"{Many:N0} calls, ms", "ratio"));
        Console.WriteLine(Figures.Row($"GET /api/usage/export", $"{few:0}", $"{many:0}", $"{many / few:0.0}"));
    }

    // Times a direct query of the rows that a summary reads.
    private static async Task<double> QueryAsync(TableClient table, UserId user, string grouping, CancellationToken stopping)
    {
        var (from, before) = MonthRows.Kind(grouping == "conversation" ? "conversation" : "day");
        var began = Stopwatch.GetTimestamp();
        var rows = await table
            .QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey eq {user.MonthPartition(Month)} and RowKey ge {from} and RowKey lt {before}"),
                cancellationToken: stopping
            )
            .CountAsync(stopping);
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return rows > 0 ? took : throw new InvalidOperationException("The bare query found no rows.");
    }

    /// <param name="calls">How many calls the summary must include; null skips the check.</param>
    private static async Task<double> AskAsync(HttpClient http, UserId user, string path, int? calls, CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}&month={Month}");
        request.Headers.Authorization = Tokens[user];
        var began = Stopwatch.GetTimestamp();
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping);
        var body = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(stopping);
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        if (calls is not null)
        {
            using var json = JsonDocument.Parse(body);
            var requests = json.RootElement.GetProperty("totals").GetProperty("requests").GetInt32();
            if (requests != calls)
            {
                throw new InvalidOperationException($"The summary includes {requests} calls instead of {calls}.");
            }
        }
        return took;
    }
}
