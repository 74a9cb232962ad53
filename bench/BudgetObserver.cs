using System.Globalization;
using System.Net.Http.Json;
using MyCoach.Dev;

namespace MyCoach.Bench;

/// <summary>llm-observer with a daily budget that no run exceeds.</summary>
internal sealed class BudgetObserver : IAsyncDisposable
{
    private readonly ChildProcess process;

    private BudgetObserver(ChildProcess process, Peer peer) => (this.process, Peer) = (process, peer);

    public Peer Peer { get; }

    /// <summary>Null if npm cannot install it.</summary>
    public static async Task<BudgetObserver?> StartAsync(string folder, Uri stub, CancellationToken stopping)
    {
        var (proxy, dashboard) = (LocalPort.Free(), LocalPort.Free());
        var script = Path.Combine(folder, "node_modules", "llm-observer", "dist", "server.js");
        var process = await PeerPackages.Observer.StartAsync(
            folder,
            [script, stub.ToString()],
            stopping,
            ("LLM_OBSERVER_DATA_DIR", folder),
            ("HOME", folder),
            ("LLM_OBSERVER_HOST", "127.0.0.1"),
            ("LLM_OBSERVER_PROXY_PORT", Text(proxy)),
            ("LLM_OBSERVER_PORT", Text(dashboard)),
            ("NODE_ENV", "production"),
            ("NO_UPDATE_NOTIFIER", "1")
        );
        if (process is null)
        {
            return null;
        }
        var projects = new Uri($"http://127.0.0.1:{Text(dashboard)}/api/projects/default");
        await process.WaitUntilItAnswersAsync(projects, stopping);
        using var http = new HttpClient();
        using var set = await http.PutAsJsonAsync(projects, new { daily_budget = 1_000_000, kill_switch = true }, stopping);
        set.EnsureSuccessStatusCode();
        var chat = new Uri($"http://127.0.0.1:{Text(proxy)}/v1/openai/chat/completions");
        return new BudgetObserver(
            process,
            new Peer(
                $"{PeerPackages.Observer.Name}, a budget",
                process,
                chat,
                [
                    [],
                ]
            )
        );
    }

    public async ValueTask DisposeAsync()
    {
        Peer.Dispose();
        await process.DisposeAsync();
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
