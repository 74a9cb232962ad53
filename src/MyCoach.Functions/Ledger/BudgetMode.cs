namespace MyCoach.Ledger;

/// <summary>How a budget limits the gateway's calls.</summary>
internal enum BudgetMode
{
    /// <summary>A call passes if its upper bound fits, so the spend never passes the budget.</summary>
    Strict,

    /// <summary>
    /// A call passes while any budget is left. What it will probably cost is held, so the spend can pass the budget by
    /// what the calls under way cost above that.
    /// </summary>
    Flexible,
}

/// <summary>The names of the modes in the API and in rows.</summary>
internal static class BudgetModes
{
    public const string Strict = "strict";
    public const string Flexible = "flexible";

    public static string NameOf(BudgetMode mode) => mode == BudgetMode.Flexible ? Flexible : Strict;

    /// <param name="name">Null, as in rows from before there were modes, means strict.</param>
    public static BudgetMode Read(string? name) => name == Flexible ? BudgetMode.Flexible : BudgetMode.Strict;
}
