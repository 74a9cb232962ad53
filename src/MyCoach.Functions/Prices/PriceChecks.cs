using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Providers;
using static MyCoach.Prices.EntryChecks;

namespace MyCoach.Prices;

/// <summary>The rules of corrections: what could make a price wrong without being seen is refused.</summary>
internal static class PriceChecks
{
    private const int MaxAliases = 50;

    public static FieldErrors Check(PricePut put, ModelList book)
    {
        var errors = FieldRules<PricePut>.Check(put);
        Each(put.Models, "models", errors, CheckModel);
        Each(put.Tools, "tools", errors, ToolChecks.Check);
        Each(put.ImageModels, "imageModels", errors, ToolChecks.CheckImages);
        if (errors.Any)
        {
            return errors;
        }
        RequireDistinct(put.Models, model => $"{model.ProviderId}/{model.Id}", "models", errors);
        RequireDistinct(put.Tools, tool => $"{PriceCorrections.KeyOf(tool)}", "tools", errors);
        RequireDistinct(put.ImageModels, model => model.Id, "imageModels", errors);
        if (!errors.Any)
        {
            ToolChecks.CheckTogether(put, book, errors);
        }
        if (!errors.Any && put.Corrections.NameClash(book) is var (name, id, other))
        {
            errors.Add("models", $"{name} would be a name of both {id} and {other}");
        }
        if (!errors.Any && CorrectionColumns.Compress(put.Corrections).Length > CorrectionColumns.MaxBytes)
        {
            errors.Add("body", "has too many prices to store");
        }
        return errors;
    }

    private static void CheckModel(Model model, string path, FieldErrors errors)
    {
        RequireName(model.Id, $"{path}.id", errors);
        errors.Require(
            !model.Id.StartsWith("ft:", StringComparison.OrdinalIgnoreCase),
            $"{path}.id",
            "is a fine-tuned model. State its rates as fineTuned of its base"
        );
        errors.Require(Provider.Find(model.ProviderId) is not null, $"{path}.provider", ProviderNameAttribute.Message);
        errors.Require(
            model.Kind is Model.Chat or Model.Embedding or Model.Moderation,
            $"{path}.kind",
            "must be chat, embedding or moderation"
        );
        errors.Require(
            model.Aliases is { Count: <= MaxAliases },
            $"{path}.aliases",
            $"must be a list of at most {MaxAliases} names"
        );
        foreach (var alias in model.Aliases ?? [])
        {
            RequireName(alias, $"{path}.aliases", errors);
        }
        RequireLimit(model.MaxInputTokens, $"{path}.maxInputTokens", errors);
        RequireLimit(model.MaxOutputTokens, $"{path}.maxOutputTokens", errors);
        RequireDates(model.Prices, price => price.EffectiveFrom, $"{path}.prices", errors);
        Each(model.Prices, $"{path}.prices", errors, CheckPrice);
        if (model.Kind == Model.Chat)
        {
            foreach (var (i, price) in (model.Prices ?? []).OfType<DatedPrice>().Index())
            {
                BoundChecks.Check(model, price, $"{path}.prices[{i}]", errors);
            }
        }
    }

    private static void CheckPrice(DatedPrice price, string path, FieldErrors errors)
    {
        RequireSource(price.Source, $"{path}.source", errors);
        RateChecks.Check(price, path, errors);
        if (price.LongContext is { } longer)
        {
            errors.Require(
                longer.AboveInputTokens > 0,
                $"{path}.longContext.aboveInputTokens",
                "must be a whole number above 0"
            );
            RateChecks.Check(longer, $"{path}.longContext", errors);
        }
        errors.Require(
            price.EffectiveUntil is not { } last || last >= price.EffectiveFrom,
            $"{path}.effectiveUntil",
            "must not be before effectiveFrom"
        );
        if (price.FineTuned is { } fineTuned)
        {
            RequireSource(fineTuned.Source, $"{path}.fineTuned.source", errors);
            RateChecks.Check(fineTuned, $"{path}.fineTuned", errors);
        }
        CheckTerms(price.Tiers, $"{path}.tiers", errors);
        CheckTerms(price.Speeds, $"{path}.speeds", errors);
        CheckTerms(price.Geographies, $"{path}.geographies", errors);
    }

    private static void CheckTerms(IReadOnlyDictionary<string, RateTerm>? terms, string path, FieldErrors errors)
    {
        foreach (var (name, term) in terms ?? new Dictionary<string, RateTerm>())
        {
            if (term is null || !PlainTextAttribute.IsPlain(name, ModelIds.MaxBytes) || name.Any(char.IsUpper))
            {
                errors.Add(path, "must have a name in lower case and a term each");
                continue;
            }
            errors.Require(
                name != "fast" || !path.EndsWith(".tiers", StringComparison.Ordinal),
                path,
                "must name OpenAI's tier fast as priority"
            );
            RequireSource(term.Source, $"{path}.{name}.source", errors);
            errors.Require(
                term.Times is null != term.Rates is null,
                $"{path}.{name}",
                "must have either times or rates, not both"
            );
            errors.Require(
                term.Times is null or (>= 0 and <= RateChecks.MaxTimes),
                $"{path}.{name}.times",
                $"must be a number from 0 to {RateChecks.MaxTimes}"
            );
            if (term.Rates is { } rates)
            {
                RateChecks.Check(rates, $"{path}.{name}.rates", errors);
            }
        }
    }
}
