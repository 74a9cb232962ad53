using MyCoach.Dev.Soak;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Ledger;

/// <summary>A short, small soak of the program in separate processes; <c>bench -- soak</c> is the long one.</summary>
public sealed class SoakTests(LocalParts parts)
{
    [Fact]
    public async Task Nothing_is_lost_or_doubled_under_load_faults_and_kills()
    {
        var plan = new SoakPlan
        {
            Program = ChildProgram.Built("MyCoach.Functions"),
            Environment = ChildProgram.CleanEnvironment,
            Users = 20,
            CallsPerSecond = 20,
            Time = TimeSpan.FromSeconds(40),
            KillEvery = TimeSpan.FromSeconds(12),
            FaultEvery = TimeSpan.FromSeconds(2),
            ChecksMemory = false,
        };

        var report = await SoakRun.RunAsync(plan, TextWriter.Null, parts.Port, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(report.ToMarkdown());
        Assert.Empty(report.Failed.SelectMany(check => check.Failures.Select(failure => $"{check.Rule}: {failure}")));
        // These met cases that they could have failed for.
        Assert.Subset(
            report.Checks.Select(check => check.Rule).ToHashSet(),
            new HashSet<string>
            {
                "A call with a budget is never lost",
                "An answered post is stored",
                "A call is stored once at most",
                "The ledger is the sum of the events",
            }
        );
        Assert.All(
            report.Counts.Where(count => count.Name is "kills" or "bursts of storage faults" or "answers to them"),
            count => Assert.True(count.Count > 0, count.Name)
        );
    }
}
