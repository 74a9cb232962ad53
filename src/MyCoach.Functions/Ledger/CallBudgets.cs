namespace MyCoach.Ledger;

/// <summary>The budgets that limit a call, as its admission has read them.</summary>
/// <param name="Terms">The user's. If they are later than the ledger's, they take effect first.</param>
/// <param name="TokenCents">The budget of the call's token, in US cents per month; null if it has none.</param>
internal sealed record CallBudgets(BudgetTerms Terms, long? TokenCents);
