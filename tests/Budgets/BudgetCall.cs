using System.Collections.Concurrent;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Tests.Budgets;

/// <summary>A call of a schedule that was admitted.</summary>
internal sealed class BudgetCall(string id, int instance, int cents, HeldReservation? held)
{
    // Every 2,000 tokens of output are a cent.
    public const decimal CentsPerMTok = 500;
    public const long TokensPerCent = 2_000;

    public string Id => id;
    public int Instance => instance;
    public int Cents => cents;
    public HeldReservation? Held => held;

    /// <summary>In percent; null while it is open.</summary>
    public int? Charged { get; set; }

    public static UsageEvent Event(string id, Month month) =>
        new(
            id,
            Provider.Anthropic,
            "claude-haiku-4-5",
            default,
            ConversationId: null,
            AgentId: null,
            month.Start.AddDays(14),
            Receipt: null
        );

    public static Receipt Receipt(long tokens) =>
        new(
            "claude-haiku-4-5",
            "a test",
            new DateOnly(2026, 1, 1),
            Estimated: false,
            [new Charge("output", tokens, CentsPerMTok)]
        );
}

internal sealed class BudgetCalls
{
    private readonly ConcurrentDictionary<string, BudgetCall> calls = new();

    public ICollection<BudgetCall> All => calls.Values;

    public void Add(BudgetCall call) => calls[call.Id] = call;

    /// <summary>Does something with one of the open calls that was not taken in this step, if there is any.</summary>
    public async Task WithOpenAsync(int pick, HashSet<BudgetCall> taken, Func<BudgetCall, Task> act)
    {
        BudgetCall call;
        lock (taken)
        {
            var open = All.Where(call => call.Charged is null && !taken.Contains(call))
                .OrderBy(call => call.Id, StringComparer.Ordinal)
                .ToArray();
            if (open.Length == 0)
            {
                return;
            }
            call = open[pick % open.Length];
            taken.Add(call);
        }
        await act(call);
    }
}
