using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using MyCoach.Dev;
using MyCoach.Dev.FunctionsHost;

namespace MyCoach.Bench;

/// <summary>A published program, running behind the double of the Functions host or alone.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly FunctionsHost? host;
    private readonly ChildProcess? alone;
    private readonly Process process;

    private RunningApp(Uri address, FunctionsHost? host, ChildProcess? alone)
    {
        (this.host, this.alone) = (host, alone);
        process = Process.GetProcessById(host?.WorkerProcessId ?? alone!.Id);
        http.BaseAddress = address;
        Gateway = new Peer(
            "",
            null,
            new Uri(address, "/api/gateway/openai/v1/chat/completions"),
            [("Authorization", $"Bearer {BenchApp.Token(BenchApp.User("ann")).Parameter}")]
        );
    }

    public double StartMs { get; private init; }

    public Peer Gateway { get; }

    public TimeSpan CpuTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public double MegaBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1e6;
        }
    }

    public static async Task<RunningApp> StartAsync(
        string folder,
        bool isNative,
        string path,
        (string, string)[] environment,
        CancellationToken stopping
    )
    {
        var began = Stopwatch.GetTimestamp();
        RunningApp running;
        if (isNative)
        {
            var address = new Uri($"http://127.0.0.1:{LocalPort.Free().ToString(CultureInfo.InvariantCulture)}");
            var program = Path.Combine(folder, Published.Program);
            var child = ChildProcess.Start(program, [], folder, [.. environment, ("ASPNETCORE_URLS", address.ToString())]);
            await child.WaitUntilItAnswersAsync(new Uri(address, path), stopping);
            running = new RunningApp(address, null, child) { StartMs = Stopwatch.GetElapsedTime(began).TotalMilliseconds };
        }
        else
        {
            var host = await FunctionsHost.StartAsync(new FunctionsApp(folder, environment), stopping);
            using var first = new HttpClient { BaseAddress = host.Address };
            (await first.GetAsync(new Uri(path, UriKind.Relative), stopping)).EnsureSuccessStatusCode();
            running = new RunningApp(host.Address, host, null) { StartMs = Stopwatch.GetElapsedTime(began).TotalMilliseconds };
        }
        return running;
    }

    public async Task<CallResult> GetAsync(string path, CancellationToken stopping)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), stopping);
        return new CallResult(answer.IsSuccessStatusCode);
    }

    public async Task StoreKeyAsync(CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/keys/openai");
        request.Content = new StringContent("""{"apiKey":"sk-a-key-of-the-bench"}""", new MediaTypeHeaderValue("application/json"));
        request.Headers.Authorization = BenchApp.Token(BenchApp.User("ann"));
        (await http.SendAsync(request, stopping)).EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        Gateway.Dispose();
        process.Dispose();
        await (host?.DisposeAsync() ?? alone!.DisposeAsync());
    }
}
