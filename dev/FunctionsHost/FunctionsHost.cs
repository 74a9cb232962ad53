using System.Net;
using Cronos;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MyCoach.Dev.FunctionsHost;

/// <summary>
/// A test double of the Azure Functions host: starts the app's worker, forwards each request with an invocation, runs
/// timers and restarts a dead worker. It mimics the observed behaviour of host 4.1037, without keys and scaling.
/// </summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    /// <summary>Time a worker gets to stop before it is killed.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private const long MaxBodyBytes = 100 * 1024 * 1024;

    // A terminal's Ctrl-C reaches the worker too, so wait before treating its exit as a crash.
    private static readonly TimeSpan RestartPause = TimeSpan.FromMilliseconds(500);

    private readonly FunctionsApp functions;
    private readonly WebApplication app;
    private readonly Action<string> write;
    private readonly CancellationTokenSource stopping = new();
    private readonly RequestForwarding forwarding;
    private HostedWorker worker = null!;
    private Task keeping = Task.CompletedTask;

    private FunctionsHost(FunctionsApp functions)
    {
        this.functions = functions;
        write = functions.Write ?? (_ => { });
        forwarding = new RequestForwarding(functions.ConnectPatience, write);
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, functions.Port);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        builder.Services.AddGrpc();
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(new WorkerChannel(id => worker?.Id == id ? worker : null));
        app = builder.Build();
        app.MapGrpcService<WorkerChannel>();
        app.MapFallback("{*path}", context => forwarding.ForwardAsync(context, worker));
    }

    /// <summary>The public address.</summary>
    public Uri Address => new(app.Urls.First());

    public int WorkerProcessId => worker.ProcessId;

    public IReadOnlyList<HostedFunction> Functions => worker.Functions;

    /// <exception cref="CannotStartException">The worker does not start.</exception>
    public static async Task<FunctionsHost> StartAsync(FunctionsApp functions, CancellationToken cancellation = default)
    {
        var host = new FunctionsHost(functions);
        try
        {
            await host.app.StartAsync(cancellation);
            await host.StartWorkerAsync(cancellation);
            host.keeping = Task.WhenAll([
                host.KeepWorkerAsync(),
                .. host.Functions.Where(function => function.IsTimer).Select(host.FireTimerAsync),
            ]);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a timer. Returns null if it succeeded, otherwise the reason it failed.</summary>
    public async Task<string?> RunTimerAsync(string name, bool isPastDue = false)
    {
        var timer = Functions.Single(function => function.IsTimer && function.Name == name);
        var input =
            $$"""{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":{{(isPastDue ? "true" : "false")}}}""";
        var result = await worker.InvokeAsync(timer, Guid.NewGuid().ToString(), input, activity: null);
        return result.Status == 1 ? null : result.Exception?.Message ?? "the invocation was cancelled";
    }

    /// <summary>Kills the worker, as <c>kill -9</c> does. The host starts another.</summary>
    public void KillWorker() => worker.Kill();

    /// <summary>Cancels every running invocation but leaves its HTTP connection open.</summary>
    public void CancelInvocations() => forwarding.CancelAll(worker);

    /// <summary>Whether the last worker ended within the grace period.</summary>
    public bool HasStoppedByItself { get; private set; }

    /// <summary>Stops as the host does: asks the worker to terminate and waits for the grace period.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await keeping;
        if (worker is { HasExited: false })
        {
            HasStoppedByItself = await worker.TryTerminateAsync(Grace);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await keeping;
        if (worker is not null)
        {
            await worker.DisposeAsync();
        }
        await app.DisposeAsync();
        forwarding.Dispose();
        stopping.Dispose();
    }

    private async Task StartWorkerAsync(CancellationToken cancellation)
    {
        var started = worker = new HostedWorker(
            functions.Folder,
            new Uri(app.Urls.Last()),
            functions.Environment,
            write
        );
        await started.StartAsync(cancellation);
    }

    private async Task KeepWorkerAsync()
    {
        while (true)
        {
            await worker.ExitAsync(stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(RestartPause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                return;
            }
            if (worker.ExitCode == 0)
            {
                write("The worker exited with 0; the host does not restart it.");
                return;
            }
            write("The worker exited; starting another.");
            var dead = worker;
            try
            {
                await StartWorkerAsync(stopping.Token);
            }
            catch (Exception fault) when (fault is CannotStartException or OperationCanceledException)
            {
                write(fault.Message);
            }
            await dead.DisposeAsync();
        }
    }

    private async Task FireTimerAsync(HostedFunction timer)
    {
        var setting = timer.Schedule.Trim('%');
        var schedule = CronExpression.Parse(
            functions.Environment.Last(variable => variable.Name == setting).Value,
            CronFormat.IncludeSeconds
        );
        while (
            schedule.GetNextOccurrence(TimeProvider.System.GetUtcNow(), TimeZoneInfo.Utc) is { } next
            && !stopping.IsCancellationRequested
        )
        {
            var pause = next - TimeProvider.System.GetUtcNow();
            if (pause > TimeSpan.FromDays(1))
            {
                pause = TimeSpan.FromDays(1);
                next = DateTimeOffset.MaxValue;
            }
            await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stopping.IsCancellationRequested && next != DateTimeOffset.MaxValue)
            {
                write(
                    await RunTimerAsync(timer.Name) is { } failure
                        ? $"{timer.Name} failed: {failure}"
                        : $"{timer.Name} succeeded"
                );
            }
        }
    }
}
