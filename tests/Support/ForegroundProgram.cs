using System.Globalization;

namespace MyCoach.Tests.Support;

/// <summary>
/// A program with everything it starts in one process group, as a terminal runs it: Ctrl-C there goes to all of them.
/// </summary>
public sealed class ForegroundProgram : IAsyncDisposable
{
    // The shell prints the program's process id first and ends with its exit code; its own message about the end is
    // discarded.
    private const string Launcher = """exec 3>&2 2>/dev/null; set -m; "$@" 2>&3 3>&- & echo $!; wait $!""";

    private readonly ChildProgram shell;

    private ForegroundProgram(ChildProgram shell) => this.shell = shell;

    public int Id { get; private set; }

    public IEnumerable<string> Output => shell.Output.Skip(1);
    public IReadOnlyCollection<string> Errors => shell.Errors;
    public string Report => shell.Report;

    public static async Task<ForegroundProgram> StartAsync(
        string program,
        IEnumerable<string> arguments,
        string folder,
        IEnumerable<(string Name, string Value)>? environment = null
    )
    {
        var shell = ChildProgram.Start("bash", ["-c", Launcher, "bash", program, .. arguments], folder, environment);
        for (
            var started = TimeProvider.System.GetTimestamp();
            shell.Output.Count == 0;
            await Task.Delay(5, TestContext.Current.CancellationToken)
        )
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Eventually.HangLimit, shell.Report);
        }
        return new ForegroundProgram(shell) { Id = int.Parse(shell.Output.First(), CultureInfo.InvariantCulture) };
    }

    public Task WritesAsync(string text, TimeSpan patience) =>
        shell.UntilAsync(
            _ => Task.FromResult(Output.Any(line => line.Contains(text, StringComparison.Ordinal))),
            patience
        );

    public Task<int> ExitAsync(TimeSpan patience) => shell.ExitAsync(patience);

    /// <param name="group">Whether everything that the program started gets the signal as well.</param>
    public Task SignalAsync(string signal, bool group) =>
        RunAsync("kill", [$"-{signal}", "--", group ? $"-{Id}" : $"{Id}"]);

    /// <summary>What of the program, and of everything that it started, still runs.</summary>
    public async Task<IReadOnlyList<string>> RunningAsync()
    {
        var processes = await RunAsync("ps", ["-A", "-o", "pgid=,stat=,pid=,args="]);
        return
        [
            .. processes
                .Select(line =>
                    line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                )
                // What has ended and waits to be noticed is no longer running.
                .Where(parts => parts is [var pgid, var stat, _] && pgid == $"{Id}" && !stat.StartsWith('Z'))
                .Select(parts => parts[2]),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        if ((await RunningAsync()).Count > 0)
        {
            await SignalAsync("KILL", group: true);
        }
        await shell.DisposeAsync();
    }

    private static async Task<IEnumerable<string>> RunAsync(string program, string[] arguments)
    {
        await using var child = ChildProgram.Start(program, arguments);
        await child.ExitAsync(Eventually.HangLimit);
        return child.Output;
    }
}
