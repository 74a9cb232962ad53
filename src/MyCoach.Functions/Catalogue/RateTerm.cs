namespace MyCoach.Catalogue;

/// <summary>What a way of serving a call makes of the listed rates: so many times them, or rates of its own. One of the two is stated.</summary>
internal sealed record RateTerm(string Source, decimal? Times, Rates? Rates)
{
    public Rates Apply(Rates listed) => Rates ?? listed.Multiply(Times!.Value);
}
