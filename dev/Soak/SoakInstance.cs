using System.Collections.Concurrent;
using System.Diagnostics;

namespace MyCoach.Dev.Soak;

/// <summary>The time from one start of an instance to its end.</summary>
internal sealed class SoakLife
{
    /// <summary>When the instance was killed; null if it lives or has ended by itself.</summary>
    public DateTimeOffset? KilledAt { get; set; }
}

/// <summary>An instance of the program in a separate process, which can be killed and started again.</summary>
internal sealed class SoakInstance : IAsyncDisposable
{
    private const int MaxLines = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly SoakPlan plan;
    private readonly IReadOnlyList<string> arguments;
    private readonly ConcurrentQueue<string> output = new();
    private Process? process;

    public SoakInstance(SoakPlan plan, SoakSettings settings, string connectionString, int number)
    {
        (this.plan, Number) = (plan, number);
        var port = LocalPort.Free();
        arguments = [.. settings.Arguments(connectionString, port, rollUp: "0 * * * * *")];
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Patience };
    }

    public int Number { get; }

    public HttpClient Http { get; }

    public SoakLife Life { get; private set; } = new();

    public int Starts { get; private set; }

    /// <summary>Resident memory in MB; null while it does not run.</summary>
    public double? MegaBytes
    {
        get
        {
            try
            {
                using var seen = process is { } running ? Process.GetProcessById(running.Id) : null;
                return seen?.WorkingSet64 / 1e6;
            }
            catch (Exception ended) when (ended is ArgumentException or InvalidOperationException)
            {
                return null;
            }
        }
    }

    public async Task StartAsync(CancellationToken stopping)
    {
        var start = new ProcessStartInfo(plan.Program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        if (plan.Environment is { } environment)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }
        }
        var started = Process.Start(start)!;
        started.OutputDataReceived += (_, line) => Keep(line.Data);
        started.ErrorDataReceived += (_, line) => Keep(line.Data);
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        process = started;
        Starts++;
        await WaitUntilItAnswersAsync(started, stopping);
        // Until it answers, what fails belongs to the life that the kill has ended.
        Life = new SoakLife();
    }

    /// <summary>Kills the program without a shutdown, like <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        Life.KilledAt = TimeProvider.System.GetUtcNow();
        await EndAsync();
    }

    /// <exception cref="InvalidOperationException">The program has ended by itself.</exception>
    public void RequireAlive()
    {
        if (process is { HasExited: true })
        {
            throw new InvalidOperationException($"Instance {Number} has ended. It wrote: {Output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Http.Dispose();
    }

    private string Output => string.Join('\n', output);

    private async Task EndAsync()
    {
        if (Interlocked.Exchange(ref process, null) is { } running)
        {
            running.Kill(entireProcessTree: true);
            await running.WaitForExitAsync(CancellationToken.None);
            running.Dispose();
        }
    }

    private async Task WaitUntilItAnswersAsync(Process started, CancellationToken stopping)
    {
        for (
            var began = TimeProvider.System.GetTimestamp();
            TimeProvider.System.GetElapsedTime(began) < Patience && !started.HasExited;
            await Task.Delay(50, stopping)
        )
        {
            try
            {
                using var answer = await Http.GetAsync(new Uri("/", UriKind.Relative), stopping);
                return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
        throw new InvalidOperationException($"Instance {Number} did not answer. It wrote: {Output}");
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }
        output.Enqueue(line);
        if (output.Count > MaxLines)
        {
            output.TryDequeue(out _);
        }
    }
}
