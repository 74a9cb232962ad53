using System.Globalization;
using System.Net;
using System.Text;
using MyCoach.Dev;

namespace MyCoach.Bench;

/// <summary>
/// What one user can do to another: a second user's calls are measured before and during each attack, in a program with
/// little memory.
/// </summary>
internal static class Attack
{
    private const int Connections = 4;
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AttackTime = TimeSpan.FromSeconds(15);
    private static readonly int[] MegaBytes = [512, 2048];

    /// <param name="published">Folders of published programs; null publishes this one.</param>
    public static async Task MeasureAsync(IReadOnlyList<string> published, CancellationToken stopping)
    {
        string[] folders =
            published.Count > 0
                ? [.. published]
                : [await Published.PublishAsync(Directory.CreateTempSubdirectory("mycoach-bench").FullName)];
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        await using var provider = await AttackProvider.StartAsync(stopping);
        Console.WriteLine(
            Figures.Head(
                "Program",
                "Limit",
                "Attack",
                "Peak memory, MB",
                "Other user: calls",
                "failed",
                "p95 before, ms",
                "p95 during, ms"
            )
        );
        foreach (var (number, place) in folders.Index())
        {
            foreach (var limit in MegaBytes)
            {
                foreach (var (name, run) in Attacker.All)
                {
                    var prefix = string.Create(CultureInfo.InvariantCulture, $"attack{Environment.TickCount64}");
                    await RunAsync(number + 1, place, limit, name, run, azurite, prefix, provider, stopping);
                }
            }
        }
    }

    private static async Task RunAsync(
        int number,
        string folder,
        int megaBytes,
        string name,
        Func<Attacker, CancellationToken, Task> run,
        Azurite azurite,
        string prefix,
        AttackProvider provider,
        CancellationToken stopping
    )
    {
        var port = LocalPort.Free();
        var address = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");
        using var memory = MemoryLimit.Of(megaBytes);
        await using var program = memory.Start(
            Path.Combine(folder, Published.Program),
            BenchApp.Settings(azurite.ConnectionString, prefix, port),
            folder,
            ("Providers__openai__BaseUrl", provider.Address.ToString())
        );
        await program.WaitUntilItAnswersAsync(new Uri(address, "/api/health"), stopping);
        using var other = await BenchApp.UserWithKeyAsync(address, BenchApp.User("bob"), stopping);
        using var attackersOwn = await BenchApp.UserWithKeyAsync(address, BenchApp.User("mallory"), stopping);
        using var attacker = new Attacker(address);
        await CallAsync(other, QuietTime, stopping);
        var quiet = await CallAsync(other, QuietTime, stopping);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var attacking = Task.Run(() => run(attacker, over.Token), CancellationToken.None);
        var during = await CallAsync(other, AttackTime, stopping);
        var peak = program.HasExited ? "ended" : Figures.Number(program.PeakMegaBytes, "0");
        await over.CancelAsync();
        await attacking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.WriteLine(
            Figures.Row(
                $"{number}",
                $"{megaBytes} MB{(memory.IsOfControlGroup ? "" : " (heap)")}",
                $"{name}",
                $"{peak}",
                $"{during.Succeeded}",
                $"{during.Failed}",
                $"{quiet.LatenciesMs.Percentile(0.95):0}",
                $"{during.LatenciesMs.Percentile(0.95):0}"
            )
        );
    }

    private static Task<LoadRound> CallAsync(HttpClient user, TimeSpan time, CancellationToken stopping) =>
        Load.RunAsync(
            Connections,
            time,
            async (_, over) =>
            {
                using var body = new StringContent(
                    $$"""{"model":"{{AttackProvider.Usual}}","messages":[{"role":"user","content":"Hello"}]}""",
                    Encoding.UTF8,
                    "application/json"
                );
                try
                {
                    using var answer = await user.PostAsync(
                        new Uri("/api/gateway/openai/v1/chat/completions", UriKind.Relative),
                        body,
                        over
                    );
                    await answer.Content.ReadAsByteArrayAsync(over);
                    return new CallResult(answer.StatusCode == HttpStatusCode.OK);
                }
                catch (HttpRequestException)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
                    return new CallResult(false);
                }
                catch (OperationCanceledException)
                {
                    return new CallResult(false);
                }
            },
            finishes: false,
            stopping
        );
}
