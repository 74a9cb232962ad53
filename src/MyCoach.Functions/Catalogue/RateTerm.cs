namespace MyCoach.Catalogue;

/// <summary>
/// How a tier, speed or geography changes the listed rates: a factor or replacement rates. Exactly one of the two is
/// set.
/// </summary>
/// <param name="Confirmed">False if no page of the provider, nor two agreeing others, state it.</param>
internal sealed record RateTerm(string Source, decimal? Times = null, Rates? Rates = null, bool Confirmed = true)
{
    public Rates Apply(Rates listed) => Rates ?? listed.Multiply(Times!.Value);
}
