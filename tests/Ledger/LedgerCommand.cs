using System.Net;
using System.Text.Json.Nodes;

namespace MyCoach.Tests.Ledger;

/// <summary>
/// Something that is done to the model of the ledger and to the real one, through one of two instances beside each
/// other.
/// </summary>
public abstract record LedgerCommand(int Instance)
{
    public abstract Task RunAsync(LedgerPair pair);

    /// <summary>The same, a little simpler: a failure of it is easier to understand.</summary>
    public virtual IEnumerable<LedgerCommand> Simpler() => Instance == 0 ? [] : [this with { Instance = 0 }];

    public sealed override string ToString() => $"{Description} (instance {Instance})";

    protected abstract string Description { get; }
}

/// <param name="IsBatch">A single call goes as it is or as a batch of one.</param>
public sealed record Post(int Instance, string User, IReadOnlyList<ModelCall> Calls, bool IsBatch)
    : LedgerCommand(Instance)
{
    protected override string Description => $"{User} posts {(IsBatch ? "a batch of " : "")}{string.Join("; ", Calls)}";

    public override async Task RunAsync(LedgerPair pair)
    {
        var now = pair.Now;
        var expected = pair.ModelOf(User).Post(Calls, now);
        var bodies = Calls.Select(call => Body(call, now)).ToArray();
        var answer = await pair.As(User, Instance)
            .PostAsync("/api/usage", IsBatch ? new { events = bodies } : bodies[0]);

        if (expected.Zip(Calls).Any(pair => !pair.First.IsNew && !pair.First.Event.IsRepeatedBy(pair.Second, now)))
        {
            answer.IsProblem(409, "conflict");
            await pair.CompareListAsync(User, Instance);
            return;
        }
        var isCreated = !IsBatch && expected[0].IsNew;
        answer.Is(isCreated ? HttpStatusCode.Created : HttpStatusCode.OK);
        IEnumerable<JsonNode?> answered = IsBatch ? answer["events"].AsArray() : [answer.Body];
        LedgerComparison.Same(
            "the answer",
            expected.Select(entry => AnsweredEvent.Of(entry.Event)),
            answered.Select(AnsweredEvent.Read)
        );
        LedgerComparison.Same(
            "the outcomes",
            expected.Select(entry => entry.IsNew ? "created" : "repeated"),
            answered.Select(entry => (string)entry!["outcome"]!)
        );
        await pair.CompareListAsync(User, Instance);
    }

    public override IEnumerable<LedgerCommand> Simpler() =>
        base.Simpler()
            .Concat(
                Calls.Count == 1
                    ? []
                    : Calls.Select(call => this with { Calls = [.. Calls.Where(other => other != call)] })
            )
            .Concat(Calls.Count == 1 && IsBatch ? [this with { IsBatch = false }] : [])
            .Concat(
                Calls.SelectMany(
                    (call, i) =>
                        Simpler(call)
                            .Select(simpler =>
                                this with
                                {
                                    Calls = [.. Calls.Select((old, j) => i == j ? simpler : old)],
                                }
                            )
                )
            );

    private static IEnumerable<ModelCall> Simpler(ModelCall call) =>
        (
            (ModelCall[])
                [
                    call with
                    {
                        Conversation = null,
                    },
                    call with
                    {
                        Agent = null,
                    },
                    call with
                    {
                        HoursBack = null,
                        LastMonth = false,
                    },
                    call with
                    {
                        Provider = "openai",
                        Model = "gpt-4o",
                    },
                    call with
                    {
                        Input = 1,
                        Output = 0,
                    },
                ]
        ).Where(simpler => simpler != call);

    internal static object Body(ModelCall call, DateTimeOffset now, string? replaces = null) =>
        new
        {
            id = call.Id,
            provider = call.Provider,
            model = call.Model,
            inputTokens = call.Input,
            outputTokens = call.Output,
            conversationId = call.Conversation,
            agentId = call.Agent,
            createdAt = call.HoursBack is null ? (DateTimeOffset?)null : call.At(now),
            replaces,
        };
}

public sealed record DeleteConversation(int Instance, string User, string Conversation) : LedgerCommand(Instance)
{
    protected override string Description => $"{User} deletes conversation {Conversation}";

    public override async Task RunAsync(LedgerPair pair)
    {
        pair.ModelOf(User).Detach(Conversation);
        (await pair.As(User, Instance).DeleteAsync($"/api/conversations/{Conversation}")).Is(HttpStatusCode.NoContent);
        await pair.CompareListAsync(User, Instance);
    }
}

public sealed record DeleteAccount(int Instance, string User) : LedgerCommand(Instance)
{
    protected override string Description => $"{User} deletes the account";

    public override async Task RunAsync(LedgerPair pair)
    {
        pair.ModelOf(User).Erase();
        await pair.EraseAsync(User, Instance);
        await pair.CompareAsync(Instance);
    }
}

public sealed record SetBudget(int Instance, string User, long? Cents) : LedgerCommand(Instance)
{
    protected override string Description => $"{User} sets the budget to {Cents?.ToString() ?? "none"}";

    public override async Task RunAsync(LedgerPair pair)
    {
        pair.ModelOf(User).SetBudget(Cents, pair.Now);
        (await pair.As(User, Instance).PatchAsync("/api/settings", new { monthlyBudgetCents = Cents })).Is(
            HttpStatusCode.OK
        );
        await pair.CompareBudgetsAsync(User, Instance);
    }
}

public sealed record RollUp(int Instance) : LedgerCommand(Instance)
{
    protected override string Description => "the timer rolls up";

    public override async Task RunAsync(LedgerPair pair)
    {
        pair.RollUpModels();
        await pair.RollUpAsync(Instance);
        await pair.CompareAsync(1 - Instance);
    }
}

public sealed record Pass(int Instance, int Minutes) : LedgerCommand(Instance)
{
    protected override string Description => $"{Minutes} min pass";

    public override Task RunAsync(LedgerPair pair) => pair.PassAsync(TimeSpan.FromMinutes(Minutes));
}

/// <param name="Minutes">After the month's end, or before it where negative.</param>
public sealed record PassMonthsEnd(int Instance, int Minutes) : LedgerCommand(Instance)
{
    protected override string Description => $"time passes to {Minutes} min after the month's end";

    public override Task RunAsync(LedgerPair pair) =>
        pair.PassAsync(LedgerModel.MonthOf(pair.Now).AddMonths(1).AddMinutes(Minutes) - pair.Now);
}

/// <summary>Everything that a user can see is compared.</summary>
public sealed record Compare(int Instance) : LedgerCommand(Instance)
{
    protected override string Description => "everything is compared";

    public override Task RunAsync(LedgerPair pair) => pair.CompareThoroughlyAsync(Instance);
}
