using System.Globalization;
using System.Runtime.InteropServices;
using MyCoach.Bench;

const string Help = """
    dotnet run -c Release --project bench -- COMMAND

      transactions        counts the storage transactions of each API call
      start [FOLDER]      process start to the first 200 and the first key read, memory and size: JIT, ReadyToRun and Native AOT, compared with the
                          smallest app and Node, in turns (10 minutes). FOLDER is where an earlier run published them
      functions [N S [F]] MyCoach as a worker of the Functions host's double, compared with a bare function and the native program: latency, CPU,
                          memory, start (N rounds of S seconds; 5 of 3: 10 minutes). F is where an earlier run published them
      throughput          recorded calls per second, for one user and for 64, with and without group commit, against bare transactions (4 minutes)
      summary             summaries of a month of 1,000 calls and of one of 100,000 (6 minutes)
      gateway [N S [AOT]] what the gateway adds to a call, compared with a bare forwarder and another gateway (N rounds of S seconds; 5 of 3:
                          10 minutes). AOT is the folder of an already published program
      budget [N S [AOT]]  what a budget adds to a call, compared with no budget and with another gateway's budget, its storage requests, and how
                          much of a budget is usable (N rounds of S seconds; 5 of 3: 8 minutes)
      clients [FOLDER]    how much of a budget of 20 dollars is spent when a session of each client in tests/Clients is first refused, strict and
                          flexible (5 minutes). FOLDER is where npm has installed them
      page [FOLDER]       Lighthouse's scores of the page's overview, the time to its first content, and its requests, scripts and storage transactions
                          (5 minutes). It needs Chromium. FOLDER is where npm has installed tests/Clients
      secrets [N [AOT]]   the cost of encrypting a stored key, compared with naive code, and how often and when it calls the vault (N starts; 20:
                          2 minutes)
      tokens              whether the time of a refusal shows how much of a token is right (1 minute)
      attack [FOLDERS]    what a user who holds uploads and streams, or sends the worst bodies, does to another user's calls, with 512 MB and 2 GB
                          (10 minutes for each published program in FOLDERS; none publishes this one)
      memory [FOLDER]     peak memory with 1, 100 and 1,000 held uploads and streams, and the cost of counting it (5 minutes)
      prices              each price of the book against an independent price list, the time to find a price, and how many recorded answers have one
                          (1 minute)
      rollup              storage transactions of the roll-up: stored users against changed users
      reprice             storage transactions of pricing a month of calls again (1 minute)
      billing             requests and storage transactions of reading the bills of 1, 100 and 1,000 users (10 minutes)
      soak [MINUTES [AOT]] three instances under mixed load of 200 users, with storage faults every few seconds and a kill per minute: checks that
                          nothing is lost or doubled and that memory is level (30 minutes). AOT is the folder of an already published program
    """;

using var stopping = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
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
        case ["start", var folder]:
            await ColdStart.MeasureAsync(Path.GetFullPath(folder));
            return 0;
        case ["functions", .. var how]:
            var functions = Rounds(how);
            await FunctionsCost.MeasureAsync(functions.Rounds, functions.Time, functions.Published, stopping.Token);
            return 0;
        case ["throughput"]:
            await Throughput.MeasureAsync(stopping.Token);
            return 0;
        case ["summary"]:
            await Summary.MeasureAsync(stopping.Token);
            return 0;
        case ["gateway", .. var how]:
            var gateway = Rounds(how);
            await GatewayCost.MeasureAsync(gateway.Rounds, gateway.Time, gateway.Published, stopping.Token);
            return 0;
        case ["budget", .. var how]:
            var budget = Rounds(how);
            await BudgetCost.MeasureAsync(budget.Rounds, budget.Time, budget.Published, stopping.Token);
            return 0;
        case ["clients", .. var where]:
            await ClientBudgets.MeasureAsync(where is [var clients] ? Path.GetFullPath(clients) : null, stopping.Token);
            return 0;
        case ["page", .. var where]:
            await PageLoad.MeasureAsync(where is [var packages] ? Path.GetFullPath(packages) : null, stopping.Token);
            return 0;
        case ["secrets", .. var how]:
            CipherCost.Measure();
            await VaultCost.MeasureAsync(
                how is [var starts, ..] ? int.Parse(starts, CultureInfo.InvariantCulture) : 20,
                how is [_, var published] ? Path.GetFullPath(published) : null,
                stopping.Token
            );
            return 0;
        case ["tokens"]:
            await TokenTiming.MeasureAsync(stopping.Token);
            return 0;
        case [Part.Stub, var port]:
            await ProviderStub.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
            return 0;
        case [Part.Forwarder, var port, var destination]:
            await Part.ForwardAsync(int.Parse(port, CultureInfo.InvariantCulture), destination);
            return 0;
        case ["attack", .. var folders]:
            await Attack.MeasureAsync([.. folders.Select(Path.GetFullPath)], stopping.Token);
            return 0;
        case ["memory", .. var folder]:
            await HeldMemory.MeasureAsync(folder is [var place] ? Path.GetFullPath(place) : null, stopping.Token);
            return 0;
        case ["prices"]:
            await PriceComparison.RunAsync(stopping.Token);
            return 0;
        case ["rollup"]:
            await Rollup.CountAsync(stopping.Token);
            return 0;
        case ["reprice"]:
            await RepricingCost.CountAsync(stopping.Token);
            return 0;
        case ["billing"]:
            await BillingCost.CountAsync(stopping.Token);
            return 0;
        case ["soak", .. var how]:
            var minutes = how is [var time, ..] ? double.Parse(time, CultureInfo.InvariantCulture) : 30;
            var program = how is [_, var built] ? Path.GetFullPath(built) : null;
            return await Soak.RunAsync(TimeSpan.FromMinutes(minutes), program, stopping.Token) ? 0 : 1;
        default:
            Console.WriteLine(Help);
            return args is [] or ["--help"] ? 0 : 1;
    }
}
catch (Exception) when (stopping.IsCancellationRequested)
{
    // Ctrl-C in a terminal also stops Azurite, so the running measurement may fail with any exception.
    await Console.Error.WriteLineAsync("Interrupted.");
    return 1;
}

static (int Rounds, TimeSpan Time, string? Published) Rounds(string[] how) =>
    (
        how is [var rounds, ..] ? int.Parse(rounds, CultureInfo.InvariantCulture) : 5,
        TimeSpan.FromSeconds(how is [_, var seconds, ..] ? double.Parse(seconds, CultureInfo.InvariantCulture) : 3),
        how is [_, _, var published] ? Path.GetFullPath(published) : null
    );

// Cancels measurements that support cancellation. The others end at once, as by default.
void Stop(PosixSignalContext signal)
{
    signal.Cancel =
        args
            is ["throughput" or "summary" or "rollup"]
                or ["gateway" or "budget" or "clients" or "page" or "secrets" or "functions" or "soak", ..];
    stopping.Cancel();
}
