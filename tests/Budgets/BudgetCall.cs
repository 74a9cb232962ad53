using System.Collections.Concurrent;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Tests.Budgets;

/// <summary>A call of a schedule that was admitted.</summary>
internal sealed class BudgetCall(UsageEvent call, Start start, HeldReservation? held)
{
    public const string Token = "token-1";
    public const long TokenCents = 8;

    // Every 2,000 tokens of output are a cent.
    public const decimal CentsPerMTok = 500;
    public const long TokensPerCent = 2_000;

    public string Id => call.CallerId;
    public int Instance => start.Instance;
    public int Cents => start.Cents;
    public UsageEvent Event => call;
    public HeldReservation? Held => held;

    /// <summary>In percent; null while it is open.</summary>
    public int? Charged { get; set; }

    /// <summary>The event of a call before it has cost anything.</summary>
    public static UsageEvent EventOf(Start start, string id, Month month) =>
        new(
            id,
            Provider.Anthropic,
            "claude-haiku-4-5",
            default,
            ConversationId: null,
            AgentId: null,
            month.Start.AddDays(14),
            Receipt: null
        )
        {
            TokenId = start.HasToken ? Token : null,
        };

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
