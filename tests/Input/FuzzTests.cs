using System.Net;
using Microsoft.AspNetCore.Routing;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Input;

/// <summary>
/// Ten thousand requests that are nearly right, to a program with 512 MB: none makes it fail or hang, and no answer and
/// no log line holds a secret.
/// </summary>
public sealed class FuzzTests(LocalParts parts, ITestOutputHelper output)
{
    private const int Requests = 10_000;
    private const string MemoryLimit = "0x20000000";

    [Fact]
    public async Task No_request_breaks_the_program_or_reveals_a_secret()
    {
        await using var emulator = await ProviderEmulator.StartAsync(
            cancellation: TestContext.Current.CancellationToken
        );
        await using var app = await KillableApp.StartAsync(
            parts,
            emulator,
            environment: [("DOTNET_GCHeapHardLimit", MemoryLimit)]
        );
        using var ann = app.As("ann");
        (await ann.PutAsync("/api/keys/openai", new { apiKey = GatewayUser.OpenAiKey })).Is(HttpStatusCode.Created);
        (await ann.PutAsync("/api/keys/anthropic", new { apiKey = GatewayUser.AnthropicKey })).Is(
            HttpStatusCode.Created
        );
        // The same program, which lists its endpoints.
        await using var listed = await TestApp.StartAsync(parts);
        using var run = new FuzzRun(app, listed.Service<EndpointDataSource>(), Requests);

        await run.WorkAsync();

        output.WriteLine(
            string.Join(", ", run.Statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"))
        );
        var lines = app.Lines;
        Assert.NotEmpty(lines);
        foreach (var line in lines.Where(IsOurFault).Take(5))
        {
            output.WriteLine(line);
        }
        Assert.DoesNotContain(lines, IsOurFault);
        Assert.DoesNotContain(lines, run.HasSecret);
        // It got somewhere, and the program is still well.
        Assert.InRange(
            run.Statuses.Where(pair => pair.Key is >= 200 and < 300).Sum(pair => pair.Value),
            Requests / 50,
            Requests
        );
        Assert.InRange(run.Statuses.GetValueOrDefault(503), 3, Requests / 20);
        app.Proxy.Fault = _ => StorageFault.None;
        await Eventually.HoldsAsync(async () => (await ann.GetAsync("/api/health")).Status == HttpStatusCode.OK);
    }

    // An outage that begins between an action and its entry in the user's activity loses the entry, which the log has
    // to say.
    private static bool IsOurFault(string line) =>
        line.StartsWith("crit:", StringComparison.Ordinal)
        || (
            line.StartsWith("fail:", StringComparison.Ordinal)
            && !line.StartsWith("fail: MyCoach.Users.ActivityTable[", StringComparison.Ordinal)
        );
}
