using System.Runtime.InteropServices;
using MyCoach.Bench;

const string Help = """
    dotnet run -c Release --project bench -- COMMAND

      transactions        counts the storage transactions of each API call
      start [AOT JIT]     process start to the first answer and the first 200, and memory: Native AOT beside JIT, in turns.
                          AOT and JIT are folders that were published already; without them both are published first
      throughput          recorded calls a second, of one user and of 64, with group commit and without, against bare transactions (4 minutes)
      summary             summaries of a month of 1,000 calls and of one of 100,000 (6 minutes)
      rollup              storage transactions of the roll-up: users that are held, against users that changed
    """;

using var stopping = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    switch (args)
    {
        case ["transactions"]:
            await StorageTransactions.CountAsync();
            return 0;
        case ["start"]:
            await ColdStart.MeasureAsync(null);
            return 0;
        case ["start", var aot, var jit]:
            await ColdStart.MeasureAsync((aot, jit));
            return 0;
        case ["throughput"]:
            await Throughput.MeasureAsync(stopping.Token);
            return 0;
        case ["summary"]:
            await Summary.MeasureAsync(stopping.Token);
            return 0;
        case ["rollup"]:
            await Rollup.CountAsync(stopping.Token);
            return 0;
        default:
            Console.WriteLine(Help);
            return args is [] or ["--help"] ? 0 : 1;
    }
}
catch (Exception) when (stopping.IsCancellationRequested)
{
    // Azurite hears a terminal's Ctrl-C too, so what was under way may fail in any way.
    await Console.Error.WriteLineAsync("Interrupted.");
    return 1;
}

// The measurements that can stop themselves do; the others end at once, as without this.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = args is ["throughput" or "summary" or "rollup"];
    stopping.Cancel();
}
