using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MyCoach.Bench;

/// <summary>A program in a process of its own, whose use of the machine can be read. Linux tells that in /proc.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int MostLines = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly ConcurrentQueue<string> told = new();

    private ChildProcess(Process process) => this.process = process;

    public int Id => process.Id;

    /// <summary>In user mode and in the kernel, of all its threads.</summary>
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

    /// <summary>The most that was ever resident, in MB.</summary>
    public double MostMegaBytes => Status("VmHWM:");

    /// <summary>Its standard input stays open for as long as this process lives, so that it can end when that does.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, string? folder = null, params (string, string)[] environment)
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

    /// <summary>This program again, as a part that has to have a process of its own.</summary>
    public static ChildProcess StartPart(params string[] arguments) =>
        // As every program of the Web SDK has it.
        Start(Environment.ProcessPath!, arguments, folder: null, ("DOTNET_gcServer", "1"));

    /// <summary>Waits until anything is answered there.</summary>
    public async Task AnswersAsync(Uri address, CancellationToken stopping)
    {
        using var http = new HttpClient { Timeout = Patience };
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Patience; await Task.Delay(20, stopping))
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
        throw new InvalidOperationException($"{process.StartInfo.FileName} did not answer; it wrote: {string.Join('\n', told)}");
    }

    /// <summary>Waits for its end. Its last lines, where it failed.</summary>
    public async Task<string?> FailsAsync(CancellationToken stopping)
    {
        await process.WaitForExitAsync(stopping);
        return process.ExitCode == 0 ? null : string.Join('\n', told);
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
        return double.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }
        told.Enqueue(line);
        if (told.Count > MostLines)
        {
            told.TryDequeue(out _);
        }
    }
}
