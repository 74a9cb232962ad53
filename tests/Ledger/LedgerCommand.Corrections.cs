using System.Net;

namespace MyCoach.Tests.Ledger;

/// <param name="LastMonth">Whether the event is of the month before.</param>
public sealed record DeleteUsage(int Instance, string User, string Id, bool LastMonth) : LedgerCommand(Instance)
{
    protected override string Description => $"{User} deletes event {Id}{(LastMonth ? " of the last month" : "")}";

    public override async Task RunAsync(LedgerPair pair)
    {
        var month = LedgerModel.MonthOf(pair.Now).AddMonths(LastMonth ? -1 : 0);
        var answer = await pair.As(User, Instance).DeleteAsync($"/api/usage/{month:yyyyMM}-{Id}");
        if (pair.ModelOf(User).Find(month, Id) is { } entry)
        {
            entry.IsDeleted = true;
            answer.Is(HttpStatusCode.NoContent);
        }
        else
        {
            answer.IsProblem(404, "not_found");
        }
        await pair.CompareListAsync(User, Instance);
        await pair.CompareBudgetsAsync(User, Instance);
    }
}

/// <param name="Id">The event that the call replaces.</param>
/// <param name="LastMonth">Whether that event is of the month before.</param>
public sealed record ReplaceUsage(int Instance, string User, string Id, bool LastMonth, ModelCall Call)
    : LedgerCommand(Instance)
{
    protected override string Description =>
        $"{User} replaces event {Id}{(LastMonth ? " of the last month" : "")} by {Call}";

    public override async Task RunAsync(LedgerPair pair)
    {
        var (now, model) = (pair.Now, pair.ModelOf(User));
        var month = LedgerModel.MonthOf(now).AddMonths(LastMonth ? -1 : 0);
        var answer = await pair.As(User, Instance)
            .PostAsync("/api/usage", Post.Body(Call, now, $"{month:yyyyMM}-{Id}"));
        if (model.Find(month, Id) is not { } old || Id == Call.Id)
        {
            answer.IsProblem(400, "invalid_request");
        }
        else if (old.IsDeleted && old.ReplacedBy != Call.Id)
        {
            answer.IsProblem(409, "conflict");
        }
        else
        {
            var (recorded, isNew) = old.IsDeleted ? (model.Find(month, Call.Id)!, false) : model.Replace(old, Call);
            if (isNew || recorded.IsRepeatedBy(Call, now, Id))
            {
                answer.Is(isNew ? HttpStatusCode.Created : HttpStatusCode.OK);
                LedgerComparison.Same("the answer", [AnsweredEvent.Of(recorded)], [AnsweredEvent.Read(answer.Body)]);
            }
            else
            {
                answer.IsProblem(409, "conflict");
            }
        }
        await pair.CompareListAsync(User, Instance);
        await pair.CompareBudgetsAsync(User, Instance);
    }
}
