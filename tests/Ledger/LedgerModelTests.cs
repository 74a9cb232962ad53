using FsCheck.Xunit;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Ledger;

/// <summary>The ledger against a model of it, whatever is done to both.</summary>
[Properties(Arbitrary = [typeof(LedgerSequence)])]
public sealed class LedgerModelTests(LocalParts parts)
{
    // The same sequences each time. To look further, change Replay and raise MaxTest; a failure prints the Replay that
    // reproduces it.
    [Property(MaxTest = 20, Replay = "20261115,1")]
    public async Task The_ledger_matches_a_plain_model(LedgerSequence sequence)
    {
        await using var pair = await LedgerPair.StartAsync(parts);
        foreach (var (i, command) in sequence.Commands.Index())
        {
            await TellingWhereAsync($"At command {i + 1}: {command}", command.RunAsync(pair));
        }
        await TellingWhereAsync("At the end", pair.EndAsync());
    }

    private static async Task TellingWhereAsync(string where, Task work)
    {
        try
        {
            await work;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{where}\n{fault}");
        }
    }
}
