using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MyCoach.Bench;

/// <summary>A child process whose CPU time and memory can be read. Linux only: reads /proc.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int MaxLines = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();

    private ChildProcess(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>User and kernel time of all its threads.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory now, in MB.</summary>
    public double MegaBytes => Status("VmRSS:");

    /// <summary>Peak resident memory, in MB.</summary>
    public double PeakMegaBytes => Status("VmHWM:");

    /// <summary>
    /// Starts a program. Its standard input stays open while this process lives, so that the child can exit when the
    /// input closes.
    /// </summary>
    public static ChildProcess Start(
        string program,
        IEnumerable<string> arguments,
        string? folder = null,
        params (string, string)[] environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        var child = new ChildProcess(Process.Start(start)!);
        child.process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child.process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Starts this program again as a part that needs a separate process.</summary>
    public static ChildProcess StartPart(params string[] arguments) =>
        // The default of the Web SDK.
        Start(Environment.ProcessPath!, arguments, folder: null, ("DOTNET_gcServer", "1"));

    /// <summary>Closes its standard input, for programs that read it to the end.</summary>
    public void CloseInput() => process.StandardInput.Close();

    /// <summary>Waits until the address answers with any status.</summary>
    public async Task WaitUntilItAnswersAsync(Uri address, CancellationToken stopping)
    {
        using var http = new HttpClient { Timeout = Patience };
        for (
            var began = Stopwatch.GetTimestamp();
            Stopwatch.GetElapsedTime(began) < Patience;
            await Task.Delay(20, stopping)
        )
        {
            if (process.HasExited)
            {
                break;
            }
            try
            {
                using var answer = await http.GetAsync(address, stopping);
                return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
        throw new InvalidOperationException(
            $"{process.StartInfo.FileName} did not answer; it wrote: {string.Join('\n', output)}"
        );
    }

    /// <summary>Waits for the process to exit. Returns null on success, otherwise its last lines of output.</summary>
    public async Task<string?> WaitForFailureAsync(CancellationToken stopping)
    {
        await process.WaitForExitAsync(stopping);
        return process.ExitCode == 0 ? null : string.Join('\n', output);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        process.Dispose();
    }

    private double Status(string name)
    {
        var line = File.ReadLines($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/status")
            .First(line => line.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(
                line[name.Length..].Replace("kB", "", StringComparison.Ordinal),
                CultureInfo.InvariantCulture
            )
            * 1024
            / 1e6;
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
