using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using MyCoach.Dev;
using MyCoach.Http;

namespace MyCoach.Bench;

/// <summary>
/// The memory of requests that callers hold open, by their number, and what it costs to count it. The users are many, so
/// that no limit of one user refuses a request.
/// </summary>
internal static class HeldMemory
{
    private const int MiB = 1024 * 1024;
    private const int HeldByUser = 50;
    private const int Rounds = 2_000_000;
    private const string Gateway = "/api/gateway/openai/v1/chat/completions";

    private static readonly int[] Numbers = [1, 100, 1_000];
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(3);

    /// <param name="published">The folder of a published program; null publishes this one.</param>
    public static async Task MeasureAsync(string? published, CancellationToken stopping)
    {
        var folder =
            published ?? await Published.PublishAsync(Directory.CreateTempSubdirectory("mycoach-bench").FullName);
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        await using var provider = await AttackProvider.StartAsync(stopping);
        var program = new Measured(folder, azurite, provider);
        Console.WriteLine(
            Figures.Head(
                "Held at once",
                "uploads of 64 KiB, MB",
                "uploads of 1 MiB, MB",
                "streams, MB",
                "streams beyond the first row, KiB each"
            )
        );
        var first = 0.0;
        foreach (var number in Numbers)
        {
            var small = await program.PeakAsync(number, Upload(64 * 1024), stopping);
            var large = await program.PeakAsync(number, Upload(MiB), stopping);
            var streams = await program.PeakAsync(number, OpenStream, stopping);
            first = number == 1 ? streams : first;
            var each = number == 1 ? 0 : (streams - first) * 1e6 / 1024 / (number - 1);
            Console.WriteLine(Figures.Row($"{number}", $"{small:0}", $"{large:0}", $"{streams:0}", $"{each:0}"));
        }
        Console.WriteLine();
        Count();
    }

    // Lacks its last byte.
    private static string Upload(int bytes) => Head(bytes) + new string(' ', bytes - 1);

    private static string OpenStream
    {
        get
        {
            const string body = $"{{\"model\":\"{AttackProvider.Held}\",\"stream\":true,\"messages\":[]}}";
            return Head(body.Length) + body;
        }
    }

    private static string Head(int bytes) =>
        $"POST {Gateway} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + $"Content-Length: {bytes.ToString(CultureInfo.InvariantCulture)}\r\n\r\n";

    private static void Count()
    {
        var budget = new MemoryBudget(long.MaxValue / 2);
        Console.WriteLine(Figures.Head("Counting the memory of a request", "ns"));
        foreach (var threads in (int[])[1, Environment.ProcessorCount])
        {
            Take(budget, 0);
            var began = Stopwatch.GetTimestamp();
            Parallel.For(0, threads, thread => Take(budget, thread));
            var each = Stopwatch.GetElapsedTime(began).TotalNanoseconds / Rounds;
            Console.WriteLine(Figures.Row($"{threads} at once", $"{each:0}"));
        }
    }

    // A request that takes its usual part, then a body in four steps.
    private static void Take(MemoryBudget budget, int thread)
    {
        var user = thread.ToString(CultureInfo.InvariantCulture);
        for (var round = 0; round < Rounds; round++)
        {
            using var share = budget.ShareOf(user);
            for (var step = 0; step < 5; step++)
            {
                if (!share.TryGrow(MiB))
                {
                    throw new InvalidOperationException("The budget refused a request.");
                }
                share.Shrink(step == 0 ? 0 : MiB);
            }
        }
    }

    private sealed class Measured(string folder, Azurite azurite, AttackProvider provider)
    {
        /// <summary>The peak resident memory in MB of a new process in which this many requests are held.</summary>
        public async Task<double> PeakAsync(int number, string request, CancellationToken stopping)
        {
            var port = LocalPort.Free();
            var address = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");
            var prefix = string.Create(CultureInfo.InvariantCulture, $"held{Environment.TickCount64}");
            await using var program = ChildProcess.Start(
                Path.Combine(folder, Published.Program),
                BenchApp.Settings(azurite.ConnectionString, prefix, port),
                folder,
                ("Providers__openai__BaseUrl", provider.Address.ToString())
            );
            await program.WaitUntilItAnswersAsync(new Uri(address, "/api/health"), stopping);
            var held = new List<TcpClient>();
            for (var first = 0; first < number; first += HeldByUser)
            {
                var user = BenchApp.User($"u{first.ToString(CultureInfo.InvariantCulture)}");
                using var http = await BenchApp.UserWithKeyAsync(address, user, stopping);
                var bytes = Encoding.ASCII.GetBytes(
                    request.Replace(
                        "\r\nHost",
                        $"\r\nAuthorization: {BenchApp.Token(user)}\r\nHost",
                        StringComparison.Ordinal
                    )
                );
                for (var count = 0; count < Math.Min(HeldByUser, number - first); count++)
                {
                    var client = new TcpClient();
                    held.Add(client);
                    await client.ConnectAsync(address.Host, address.Port, stopping);
                    await client.GetStream().WriteAsync(bytes, stopping);
                }
            }
            await Task.Delay(SettlingTime, stopping);
            // A refused request has an answer that ends; a held stream has one that began.
            var refused = held.Count(client =>
                client.Client.Poll(0, SelectMode.SelectRead) && StatusOf(client) != "200"
            );
            held.ForEach(client => client.Dispose());
            return refused == 0
                ? program.PeakMegaBytes
                : throw new InvalidOperationException($"The program refused {refused} of {number} requests.");
        }

        private static string StatusOf(TcpClient client)
        {
            var line = new byte[12];
            client.GetStream().ReadExactly(line);
            return Encoding.ASCII.GetString(line.AsSpan(9));
        }
    }
}
