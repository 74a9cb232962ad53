using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Tests.Billing;

/// <summary>
/// Two weeks of equal calls a day of one user, with two keys one after the other, and one cause of a difference on each of
/// some days. The expected amounts are figured from list prices here, by neither the product nor the emulator.
/// </summary>
/// <param name="countsCalls">Whether the bill counts calls.</param>
/// <param name="saysFree">Whether the bill says which tokens were free, or what they cost at list prices.</param>
/// <param name="namesKeys">Whether the bill says which key each line is of.</param>
internal sealed class SeededMonth(
    BilledUser user,
    string provider,
    string model,
    decimal perCall,
    bool countsCalls,
    bool saysFree,
    bool namesKeys
)
{
    public const int CallsPerDay = 72;
    public const int Days = 14;

    private const decimal PerSearch = 0.01m;

    /// <summary>The causes that are not 0, by day and name.</summary>
    public Dictionary<(int Day, string Cause), decimal> Expected { get; } = [];

    /// <summary>Billed for no key.</summary>
    public decimal Other { get; private set; }

    /// <summary>The first week has the user's first key, the second week the second one.</summary>
    public async Task SeedAsync(int firstDay)
    {
        for (var day = firstDay; day < firstDay + (Days / 2); day++)
        {
            await SeedDayAsync(day, user.Keys[provider].Text);
        }
    }

    private async Task SeedDayAsync(int day, string key)
    {
        var calls = Enumerable.Range(0, CallsPerDay).Select(_ => user.Call(provider, day, model)).ToArray();
        switch (day)
        {
            case 2:
                await user.CallAsync(calls);
                user.Book.Add(Enumerable.Range(0, 5).Select(_ => user.Call(provider, day, model)));
                Expected[(day, "callsUsd")] = 5 * perCall;
                break;
            case 3:
                await user.RecordAsync(calls);
                user.Book.Add(calls[4..]);
                Expected[(day, "callsUsd")] = -4 * perCall;
                break;
            case 4:
                await user.CallAsync(calls);
                user.Book.TokenOffset(new DateOnly(2026, 11, day), perMille: 10);
                // Without a number of calls, more tokens could be more calls.
                Expected[(day, countsCalls ? "tokensUsd" : "callsUsd")] = CallsPerDay * perCall / 100;
                break;
            case 5:
                await user.CallAsync(calls);
                user.Book.PriceFactor(1.1m, model, day: new DateOnly(2026, 11, day));
                Expected[(day, "priceUsd")] = CallsPerDay * perCall / 10;
                break;
            case 6:
                await user.RecordAsync(calls);
                user.Book.Add(calls.Select((call, i) => i < 10 ? Free(call) : call));
                // If it is not said which tokens were free, all were cheaper on average.
                Expected[(day, saysFree ? "freeUsd" : "priceUsd")] = -10 * perCall;
                break;
            case 9:
                await user.CallAsync(calls);
                AddLine(day, key, "Refund", -0.05m, "freeUsd");
                break;
            case 10:
                await user.CallAsync(calls);
                AddLine(day, key, "Vector storage", 0.12345678m, "notPerCallUsd");
                break;
            case 11:
                await user.RecordAsync([.. calls.Select((call, i) => call with { WebSearches = i == 0 ? 2 : 0 })]);
                user.Book.Add(calls.Select((call, i) => call with { WebSearches = i == 0 ? 5 : 0 }));
                Expected[(day, "callsUsd")] = 3 * PerSearch;
                break;
            default:
                await user.CallAsync(calls);
                break;
        }
    }

    private BilledCall Free(BilledCall call) =>
        provider == "openai" ? call with { Tier = "incentivized-tier" } : call with { IsFree = true };

    // Where costs name no keys, there is no usage by which to divide these.
    private void AddLine(int day, string key, string item, decimal amount, string cause)
    {
        user.Book.Add(
            new BilledLine
            {
                At = new DateTimeOffset(2026, 11, day, 11, 0, 0, TimeSpan.Zero),
                ApiKey = key,
                LineItem = item,
                Amount = amount,
            }
        );
        if (namesKeys)
        {
            Expected[(day, cause)] = amount;
        }
        else
        {
            Other += amount;
        }
    }
}
