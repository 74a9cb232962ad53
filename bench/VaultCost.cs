using System.Diagnostics;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Dev.Vault;

namespace MyCoach.Bench;

/// <summary>Measures how often the program calls the vault, and how much that adds to the first call that needs a key.</summary>
internal static class VaultCost
{
    private const int Calls = 1_000;
    private const string Chat = "/api/gateway/openai/v1/chat/completions";

    private static readonly object Hello = new { model = "gpt-5-mini", messages = (object[])[new { role = "user", content = "Hi" }] };

    // The second user has another key, so its first call reuses only the data key of the first user's call.
    private sealed record Start(double First, double Second, double Again, int VaultRequests);

    public static async Task MeasureAsync(int starts, string? published, CancellationToken stopping)
    {
        var folder = published ?? await Published.PublishAsync(Directory.CreateTempSubdirectory("mycoach-bench").FullName);
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: stopping);
        await using var vault = await KeyVaultEmulator.StartAsync();
        (string, string)[][] environments =
        [
            [.. vault.Environment],
            [],
        ];
        string[] tables = ["vault", "local"];
        Func<int, Task<PublishedProgram>> startAsync = which =>
            PublishedProgram.StartAsync(folder, azurite.ConnectionString, tables[which], emulator.OpenAiBaseUrl, stopping, environments[which]);

        for (var which = 0; which < 2; which++)
        {
            await using var program = await startAsync(which);
            foreach (var user in (int[])[0, 1])
            {
                await program.AskAsync(user, HttpMethod.Put, "/api/keys/openai", new { apiKey = $"sk-proj-bench-{user}" }, stopping);
            }
        }
        var samples = new List<Start>[] { [], [] };
        for (var round = 0; round < starts; round++)
        {
            for (var which = 0; which < 2; which++)
            {
                vault.ClearCalls();
                await using var program = await startAsync(which);
                var (first, second, again) = (
                    await TimeAsync(program, 0, stopping),
                    await TimeAsync(program, 1, stopping),
                    await TimeAsync(program, 1, stopping)
                );
                samples[which].Add(new Start(first, second, again, vault.Calls.Count));
            }
        }
        Console.WriteLine(
            Figures.Head(
                $"median of {starts} starts, in turns",
                "first call, ms",
                "first call of a second user, ms",
                "its second call, ms",
                "requests to the vault"
            )
        );
        Print("data key wrapped by the vault", samples[0]);
        Print("local data key", samples[1]);

        await using var lasting = await startAsync(0);
        vault.ClearCalls();
        for (var i = 0; i < Calls; i++)
        {
            await lasting.AskAsync(i % 2, HttpMethod.Post, Chat, Hello, stopping);
        }
        Console.WriteLine($"\nRequests to the vault for {Calls} calls after a start: {vault.Calls.Count}");
    }

    private static async Task<double> TimeAsync(PublishedProgram program, int user, CancellationToken stopping)
    {
        var began = Stopwatch.GetTimestamp();
        await program.AskAsync(user, HttpMethod.Post, Chat, Hello, stopping);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static void Print(string name, List<Start> starts) =>
        Console.WriteLine(
            Figures.Row(
                $"{name}",
                $"{starts.Select(start => start.First).Median():0.0}",
                $"{starts.Select(start => start.Second).Median():0.0}",
                $"{starts.Select(start => start.Again).Median():0.0}",
                $"{starts.Select(start => (double)start.VaultRequests).Median():0}"
            )
        );
}
