using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Input;

/// <summary>
/// Ten thousand requests that are nearly right: none makes the program fail or hang, and no answer and no log line
/// holds a secret.
/// </summary>
public sealed class FuzzTests(LocalParts parts, ITestOutputHelper output)
{
    private const int Requests = 10_000;

    [Fact]
    public async Task No_request_breaks_the_program_or_reveals_a_secret()
    {
        await using var storage = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await GatewayUser.StartAsync(parts, [TestApp.NoRollUp, TestApp.Behind(storage)]);
        using var run = new FuzzRun(ann.App, storage, Requests);

        var working = run.WorkAsync();
        await ann.App.WhileTimePassesAsync(working.ContinueWith(_ => true, TaskScheduler.Default));
        await working;

        output.WriteLine(
            string.Join(", ", run.Statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"))
        );
        var lines = ann.App.Logs.Lines;
        Assert.DoesNotContain(lines, IsOurFault);
        Assert.DoesNotContain(lines, run.HasSecret);
        // It got somewhere, and the program is still well.
        Assert.InRange(
            run.Statuses.Where(pair => pair.Key is >= 200 and < 300).Sum(pair => pair.Value),
            Requests / 50,
            Requests
        );
        Assert.InRange(run.Statuses.GetValueOrDefault(503), 10, Requests / 20);
        storage.Fault = _ => StorageFault.None;
        ann.Clock.Advance(TimeSpan.FromSeconds(10));
        (await ann.Api.GetAsync("/api/health")).Is(HttpStatusCode.OK);
    }

    // An outage that begins between an action and its entry in the user's activity loses the entry, which the log has
    // to say.
    private static bool IsOurFault(string line) =>
        line.StartsWith("Critical", StringComparison.Ordinal)
        || (
            line.StartsWith("Error", StringComparison.Ordinal)
            && !line.StartsWith("Error MyCoach.Users.ActivityTable ", StringComparison.Ordinal)
        );
}
