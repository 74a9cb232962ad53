namespace MyCoach.Dev.Soak;

/// <summary>The budget of a user.</summary>
/// <param name="Cents">Null for none.</param>
/// <param name="Posts">Whether the user posts usage, which no budget limits.</param>
internal sealed record SoakBudget(string Name, int? Cents, bool IsStrict, bool Posts)
{
    /// <summary>In pico-dollars per token: gpt-4o at 250 and 1,000 cents per million tokens.</summary>
    private const long InputRate = 2_500_000;
    private const long OutputRate = 10_000_000;

    // What MyCoach adds to the bytes of a body for what the provider adds to its text.
    private const long Allowance = 1_024;

    private const long PicoUsdPerCent = 10_000_000_000;

    private const int Ample = 100_000;

    // Some fifty calls of the soak use it up, and under a strict budget three at once do not fit.
    private const int Tight = 1;

    public const string Model = "gpt-4o";

    public const long OutputLimit = 64;

    private static readonly SoakBudget None = new("no budget", null, IsStrict: false, Posts: true);

    private static readonly SoakBudget[] OfTen =
    [
        None,
        None,
        None,
        None,
        new("strict", Ample, IsStrict: true, Posts: true),
        new("strict", Ample, IsStrict: true, Posts: true),
        new("strict, used up", Tight, IsStrict: true, Posts: false),
        new("flexible", Ample, IsStrict: false, Posts: true),
        new("flexible", Ample, IsStrict: false, Posts: true),
        new("flexible, used up", Tight, IsStrict: false, Posts: false),
    ];

    public bool Holds => Cents is not null;

    /// <summary>What the user's calls may cost in all, in pico-dollars.</summary>
    public Int128? MaxSpend =>
        // The last call under a flexible budget passes if anything is left.
        Cents * (Int128)PicoUsdPerCent
        + (IsStrict ? 0 : MostHeld(MaxBodyBytes));

    private const long MaxBodyBytes = 1_000;

    public static SoakBudget Of(int user) => OfTen[user % OfTen.Length];

    public static Int128 CostOf(long inputTokens, long outputTokens) =>
        ((Int128)inputTokens * InputRate) + ((Int128)outputTokens * OutputRate);

    /// <summary>The least and the most that a call holds.</summary>
    public (Int128 Least, Int128 Most) HeldBy(SoakCall call) =>
        IsStrict
            ? (CostOf(call.BodyBytes + Allowance, OutputLimit), CostOf(call.BodyBytes + Allowance, OutputLimit))
            : (CostOf(0, OutputLimit), MostHeld(call.BodyBytes));

    // A flexible budget counts a token per three bytes of text.
    private static Int128 MostHeld(long bodyBytes) => CostOf((bodyBytes / 3) + 1, OutputLimit);
}
