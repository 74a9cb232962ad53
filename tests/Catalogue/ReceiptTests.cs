using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Usage;

namespace MyCoach.Tests.Catalogue;

/// <summary>
/// Whatever is called and however it is served: the receipt adds up, and the row of the event keeps it.
/// </summary>
public sealed class ReceiptTests
{
    private static readonly ModelCatalogue Catalogue = ModelCatalogue.Embedded;
    private static readonly Pricing Pricing = new(Catalogue);
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<UsageEvent> Events =
        from model in Gen.Elements(Catalogue.All.AsEnumerable())
        from fresh in Counts(400_000)
        from cached in Counts(1000)
        from written in Counts(1000)
        from output in Counts(1000)
        from terms in Terms
        let tokens = new TokenCounts(fresh + cached + written, output, cached, written)
        select new UsageEvent(
            "call-1",
            model.Provider,
            model.Id,
            tokens,
            null,
            null,
            Now,
            Pricing.Price(model.Provider, model.Id, tokens, Now, terms)
        );

    private static Gen<CallTerms> Terms =>
        from tier in Gen.Elements(null, "default", "flex", "priority", "fast", "ultrafast", "scale", "batch")
        from speed in Gen.Elements(null, "standard", "fast", "a;strange:one")
        from geography in Gen.Elements(null, "global", "us", "somewhere;else: ü_1")
        from hour in Counts(2000)
        from half in Counts(2000)
        from heard in Counts(1000)
        from spoken in Counts(1000)
        from webSearches in Counts(3)
        from fileSearches in Counts(3)
        from sessions in Counts(3)
        from previews in Counts(3)
        from either in Counts(3)
        from images in Counts(3)
        from quality in Gen.Elements(null, "low", "high", "auto", "a;strange:one")
        select new CallTerms
        {
            ServiceTier = tier,
            Speed = speed,
            Geography = geography,
            CacheWrite1h = hour,
            CacheWrite12h = half,
            AudioInput = heard,
            AudioOutput = spoken,
            WebSearches = webSearches,
            FileSearches = fileSearches,
            CodeInterpreterSessions = sessions,
            WebSearchPreviews = previews,
            EitherWebSearches = either,
            Images = new(null, default, [new(quality, "1024x1024", images), new(null, "1536x1024", images)]),
        };

    [Property(MaxTest = 500)]
    public Property The_cost_is_the_sum_of_charges_for_every_token_and_use() =>
        Prop.ForAll(
            Events.ToArbitrary(),
            usage =>
            {
                var charges = usage.Receipt!.Charges;
                Assert.Equal(charges.Sum(charge => charge.Cost.Usd), usage.Cost.Usd);
                Assert.Equal(
                    charges.Sum(charge =>
                        charge.Count * (charge.IsByUse ? charge.Cents / 100 : charge.Cents / 100_000_000)
                    ),
                    usage.Cost.Usd
                );
                Assert.Equal(
                    usage.Tokens.Input + usage.Tokens.Output,
                    charges.Where(charge => !charge.IsByUse).Sum(charge => charge.Count)
                );
                Assert.Equal(
                    usage.Tokens.CacheWrite,
                    charges
                        .Where(charge => charge.Kind.StartsWith("cacheWrite", StringComparison.Ordinal))
                        .Sum(charge => charge.Count)
                );
            }
        );

    [Property]
    public Property The_row_of_an_event_keeps_its_receipt() =>
        Prop.ForAll(
            Events.ToArbitrary(),
            usage =>
            {
                var read = EventRow.Read(EventRow.Write("partition", usage));
                Assert.Equal(usage.Receipt!.Charges, read.Receipt!.Charges);
                Assert.Equal(usage.Receipt.Terms, read.Receipt.Terms);
                Assert.Equal(usage.Cost, read.Cost);
                Assert.Equal(usage.Receipt.Estimated, read.Receipt.Estimated);
                Assert.Equal(usage.Receipt.EffectiveFrom, read.Receipt.EffectiveFrom);
            }
        );

    [Fact]
    public void A_row_from_before_there_were_terms_still_reads()
    {
        var tokens = new TokenCounts(1000, 500, 0, 0);
        var receipt = Pricing.Price(Provider.OpenAi, "gpt-4o", tokens, Now);
        var row = EventRow.Write(
            "partition",
            new UsageEvent("call-1", Provider.OpenAi, "gpt-4o", tokens, null, null, Now, receipt)
        );
        row.Remove("PriceTerms");
        row["Charges"] = "input:1000:250;output:500:1000";

        var read = EventRow.Read(row);
        Assert.Equal(receipt!.Charges, read.Receipt!.Charges);
        Assert.Empty(read.Receipt.Terms);
    }

    [Fact]
    public void A_charge_for_uses_shows_no_tokens_and_one_for_tokens_no_uses()
    {
        var terms = new CallTerms { WebSearches = 3, ServiceTier = "priority" };
        var shown = ReceiptView.Of(
            Pricing.Price(Provider.OpenAi, "gpt-6.2-sol", new TokenCounts(1000, 0, 0, 0), Now, terms)!
        );

        Assert.Equal(
            [
                new ChargeView("input", 1000, 400, 0.004m),
                new ChargeView("webSearch", 0, 0, 0.03m) { Uses = 3, CentsPerUse = 1 },
            ],
            shown.Charges
        );
        Assert.Equal(["priority"], shown.Terms);
        Assert.Equal(0.034m, shown.TotalUsd);
    }

    private static Gen<long> Counts(int most) =>
        Gen.Frequency((1, Gen.Constant(0L)), (3, Gen.Choose(1, most).Select(count => (long)count)));
}
