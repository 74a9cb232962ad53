using MyCoach.Ledger;
using MyCoach.Metering;

namespace MyCoach.Gateway;

/// <summary>
/// Keeps how many tokens the answers of budgeted calls add to later calls, and finds that for a call that refers to some.
/// </summary>
internal sealed class EarlierAnswers(StoredResponsesTable table, PendingSettlements open)
{
    public async ValueTask FindAsync(CallRequest request)
    {
        var factors = request.Body!.Factors;
        if (
            factors.EarlierAnswers.Count == 0
            || request.Prices.Find(request.Provider, factors.Model ?? "") is not { } model
        )
        {
            return;
        }
        // The answer may have ended just now.
        await open.WaitForUserAsync(request.User, request.Cancellation);
        request.Body.NoteEarlierTokens(
            await table.FindTokensAsync(request.User, factors.EarlierAnswers, model.Id, request.Cancellation)
        );
    }

    public void Keep(GatewayCall call, AnswerMeter? meter, UsageEvent usageEvent)
    {
        if (
            call is { Reservation: not null, Body.Factors: { CanBeContinued: true } factors }
            && (factors.EarlierAnswers.Count == 0 || factors.EarlierTokens is not null)
            && meter is { IsExact: true, Usage: { ResponseId: { } id, HasError: false } usage }
            && usageEvent.Receipt is { Model: var model }
        )
        {
            var (input, output) = (usageEvent.Tokens.Input, usageEvent.Tokens.Output);
            open.Add(call.User, table.KeepAsync(call.User, (id, usage.Items), model, input + output, output));
        }
    }
}
