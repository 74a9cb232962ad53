using MyCoach.Bench;

const string Help = """
    dotnet run -c Release --project bench -- COMMAND

      transactions        counts the storage transactions of each API call
      start [AOT JIT]     process start to the first answer and the first 200, and memory: Native AOT beside JIT, in turns.
                          AOT and JIT are folders that were published already; without them both are published first
    """;

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
    default:
        Console.WriteLine(Help);
        return args is [] or ["--help"] ? 0 : 1;
}
