using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using MyCoach.Billing;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Dev.Emulator.Billing;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Bench;

/// <summary>
/// Counts what reading bills takes: requests to the provider and storage transactions for each user and day, and the time
/// of a first reading of many users, each with an organisation of one key.
/// </summary>
internal static class BillingCost
{
    private const int CallsPerDay = 2;

    private static readonly int[] Users = [1, 100, 1_000];

    public static async Task CountAsync(CancellationToken stopping)
    {
        Console.WriteLine(
            Figures.Head(
                "users",
                "first reading, two months: requests, storage transactions, s",
                "next night: requests, transactions, s",
                "a day and user, at night",
                "comparison of a month: transactions, ms"
            )
        );
        foreach (var users in Users)
        {
            await Console.Error.WriteLineAsync($"Reading the bills of {users} users …");
            await using var azurite = await Azurite.StartAsync(cancellation: stopping);
            await using var proxy = await StorageProxy.StartAsync(azurite.Port);
            await using var emulator = await ProviderEmulator.StartAsync(cancellation: stopping);
            var clock = new ForwardClock();
            emulator.Billing.Clock = clock;
            await using var app = new BenchApp(
                proxy.ConnectionString,
                "bench",
                clock,
                [$"--Providers:openai:BaseUrl={emulator.OpenAiBaseUrl}"]
            );
            await app.StartAsync();
            await FillAsync(app, emulator, users, clock.GetUtcNow(), stopping);
            var first = await RunAsync(app, proxy, emulator, stopping);
            clock.Advance(TimeSpan.FromDays(1));
            var next = await RunAsync(app, proxy, emulator, stopping);
            var days = (double)users * BillReader.RereadDays;
            Console.WriteLine(
                Figures.Row(
                    $"{users:N0}",
                    $"{first}",
                    $"{next}",
                    $"{next.Requests / days:F2} requests, {next.Transactions / days:F2} transactions",
                    $"{await CompareAsync(app, proxy, clock, stopping)}"
                )
            );
        }
    }

    // Every user has calls on each of the last ten days, which the provider bills as they are recorded.
    private static async Task FillAsync(
        BenchApp app,
        ProviderEmulator emulator,
        int users,
        DateTimeOffset now,
        CancellationToken stopping
    )
    {
        for (var i = 0; i < users; i++)
        {
            var user = BenchApp.User(NameOf(i));
            var key = string.Create(CultureInfo.InvariantCulture, $"sk-a-key-of-a-user-{i:D5}-org{i:D5}");
            using var http = app.NewClient();
            http.DefaultRequestHeaders.Authorization = BenchApp.Token(user);
            await PutAsync(http, "/api/keys/openai", new { apiKey = key }, stopping);
            await PutAsync(http, "/api/billing/openai", new { adminKey = $"sk-admin-{key[3..]}" }, stopping);
            emulator.Billing.Add(
                Enumerable
                    .Range(0, BillReader.RereadDays * CallsPerDay)
                    .Select(call => new BilledCall
                    {
                        At = now.AddDays(-(call % BillReader.RereadDays)),
                        ApiKey = key,
                        Model = "gpt-4.1",
                        Input = 1_000,
                        Output = 200,
                    })
            );
        }
        await MonthOfCalls.FillAsync(app, BenchApp.User(NameOf(0)), Month.Of(now), 1_000, stopping);
    }

    private static async Task PutAsync(HttpClient http, string path, object body, CancellationToken stopping)
    {
        using var answer = await http.PutAsJsonAsync(new Uri(path, UriKind.Relative), body, stopping);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<Reading> RunAsync(
        BenchApp app,
        StorageProxy proxy,
        ProviderEmulator emulator,
        CancellationToken stopping
    )
    {
        proxy.ClearCalls();
        var requests = emulator.CountOfCalls;
        var began = Stopwatch.GetTimestamp();
        await app.Service<BillingSync>().RunAsync(stopping);
        return new Reading(
            emulator.CountOfCalls - requests,
            proxy.Calls.Count,
            Stopwatch.GetElapsedTime(began).TotalSeconds
        );
    }

    private static async Task<string> CompareAsync(
        BenchApp app,
        StorageProxy proxy,
        TimeProvider clock,
        CancellationToken stopping
    )
    {
        proxy.ClearCalls();
        var began = Stopwatch.GetTimestamp();
        await app.Service<Reconciler>()
            .CompareAsync(
                BenchApp.User(NameOf(0)),
                Period.Of(Month.Of(clock.GetUtcNow())),
                [Provider.OpenAi, Provider.Anthropic],
                stopping
            );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{proxy.Calls.Count:N0}, {Stopwatch.GetElapsedTime(began).TotalMilliseconds:N0} ms"
        );
    }

    private static string NameOf(int user) => string.Create(CultureInfo.InvariantCulture, $"user-{user:D5}");

    private readonly record struct Reading(long Requests, long Transactions, double Seconds)
    {
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Requests:N0}, {Transactions:N0}, {Seconds:F1} s");
    }
}
