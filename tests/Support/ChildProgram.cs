using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MyCoach.Tests.Support;

/// <summary>A program that a test runs in a separate process, and every line that it writes.</summary>
public sealed class ChildProgram : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();

    private ChildProgram(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
    }

    /// <summary>
    /// What this process was started with, without the settings that would change the programs under test.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, string>> CleanEnvironment { get; } =
    [
        .. Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? ""))
            .Where(variable => !IsSetting(variable.Key))
            // Where the runtime is that runs these tests: the programs built beside them need the same.
            .Append(KeyValuePair.Create("DOTNET_ROOT", DotnetFolder))
            // They run for seconds, so collecting profiles for later optimisation costs more than it gains.
            .Append(KeyValuePair.Create("DOTNET_TieredPGO", "0")),
    ];

    public static string Dotnet => Path.Combine(DotnetFolder, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");

    public IReadOnlyCollection<string> Output => output;
    public IReadOnlyCollection<string> Errors => errors;
    public bool HasExited => process.HasExited;

    private static string DotnetFolder =>
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The executable of a project that was built together with the tests.</summary>
    public static string Built(string name) =>
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{name}.exe" : name);

    /// <param name="environment">Put over <see cref="CleanEnvironment"/>.</param>
    public static ChildProgram Start(
        string program,
        IEnumerable<string> arguments,
        string? folder = null,
        IEnumerable<(string Name, string Value)>? environment = null
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        start.Environment.Clear();
        foreach (
            var (name, value) in CleanEnvironment.Concat(
                (environment ?? []).Select(pair => KeyValuePair.Create(pair.Name, pair.Value))
            )
        )
        {
            start.Environment[name] = value;
        }
        var child = new ChildProgram(Process.Start(start)!);
        child.process.StandardInput.Close();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The exit code, after everything that was written has arrived.</summary>
    public async Task<int> ExitAsync(TimeSpan patience)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limited.CancelAfter(patience);
        try
        {
            await process.WaitForExitAsync(limited.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"The program did not end within {patience.TotalSeconds:0} seconds. {Report}");
        }
        return process.ExitCode;
    }

    /// <summary>Waits until it has happened; fails if the program ends before.</summary>
    public async Task UntilAsync(Func<ChildProgram, Task<bool>> happened, TimeSpan patience)
    {
        for (
            var started = TimeProvider.System.GetTimestamp();
            !await happened(this);
            await Task.Delay(25, TestContext.Current.CancellationToken)
        )
        {
            Assert.False(HasExited, $"The program ended. {Report}");
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < patience,
                $"Waited {patience.TotalSeconds:0} seconds without success. {Report}"
            );
        }
    }

    public string Report => $"It wrote:\n{string.Join('\n', output)}\nand as errors:\n{string.Join('\n', errors)}";

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    private static bool IsSetting(string name) =>
        name.Contains("__", StringComparison.Ordinal)
        || name is "API_KEY_ENCRYPTION_KEY" or "DOTNET_ENVIRONMENT" or "AZURE_CLIENT_ID" or "DOTNET_ROOT"
        || ((string[])["ASPNETCORE_", "FUNCTIONS_", "AZURE_FUNCTIONS_", "WEBSITE_", "MSBUILD"]).Any(start =>
            name.StartsWith(start, StringComparison.OrdinalIgnoreCase)
        );
}
