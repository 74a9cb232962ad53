using System.Globalization;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;

namespace MyCoach.Bench;

/// <summary>
/// Measures how much of a budget of 20 dollars is spent when a client's session is first refused. Records what the clients
/// send in a session of ten turns, and sends it again and again while the budget shrinks.
/// </summary>
internal static class ClientBudgets
{
    private const int BudgetCents = 2_000;

    public static async Task MeasureAsync(string? installed, CancellationToken stopping)
    {
        var folder = await ClientPackages.PrepareAsync(installed, stopping);
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: stopping);
        await using var app = new BenchApp(
            azurite.ConnectionString,
            "clients",
            settings:
            [
                $"--Providers:anthropic:BaseUrl={emulator.AnthropicBaseUrl}",
                $"--Providers:openai:BaseUrl={emulator.OpenAiBaseUrl}",
            ]
        );
        await app.StartAsync();
        Console.WriteLine("| client | model | calls | KB per call | session, cents | strict | flexible |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (number, client) in ClientSession.All.Index())
        {
            using var user = new BudgetedClient(app, $"client-{number}", stopping);
            await MeasureAsync(user, client, folder, emulator, stopping);
        }
        Console.WriteLine();
    }

    private static async Task MeasureAsync(
        BudgetedClient user,
        ClientSession client,
        string folder,
        ProviderEmulator emulator,
        CancellationToken stopping
    )
    {
        // A flexible budget changes nothing in a call, and keeps what later calls refer to.
        await user.StoreKeysAsync();
        await user.SetAsync("flexible", cents: 1_000_000);
        emulator.ClearCalls();
        await client.RunAsync(folder, user.Address, user.Token, stopping);
        var calls = emulator.Calls.Where(call => call.Method == "POST").ToArray();
        var session = await user.SpentAsync();
        var shares = new List<string>();
        foreach (var mode in new[] { "strict", "flexible" })
        {
            var left = await user.FindLeftAsync(mode, BudgetCents, calls);
            shares.Add(Text($"{100 * (BudgetCents - left) / BudgetCents:0.0} %"));
        }
        Console.WriteLine(
            Text(
                $"| {client.Name} | `{client.Model}` | {calls.Length} | {calls.Average(call => call.Body.Length) / 1000:0} | {session:0.0} | {string.Join(" | ", shares)} |"
            )
        );
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
