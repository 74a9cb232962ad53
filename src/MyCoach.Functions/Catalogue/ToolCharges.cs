using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>Prices what the tools that the provider ran in a call cost besides the call's own tokens.</summary>
internal sealed class ToolCharges(ModelCatalogue catalogue, Model model, DateOnly day)
{
    public IEnumerable<(Charge Charge, bool Estimated)> Of(CallTerms terms) =>
        [
            .. Searches(terms),
            Use(Charge.FileSearch, terms.FileSearches),
            Use(Charge.CodeInterpreter, terms.CodeInterpreterSessions),
            .. Images(terms.Images),
        ];

    private (Charge Charge, bool Estimated)[] Searches(CallTerms terms)
    {
        // Chat completions do not state searches. How many a search model makes for its price, no source says.
        var isUnstated = terms.WebSearches + terms.WebSearchPreviews + terms.EitherWebSearches == 0;
        if (isUnstated && !model.AlwaysSearches)
        {
            return [];
        }
        var (ga, preview) = (Use(Charge.WebSearch, 1), Use(Charge.WebSearchPreview, 1));
        var either = model.Provider == Provider.OpenAi && preview.Charge.Cents > ga.Charge.Cents ? preview : ga;
        return
        [
            Times(ga, terms.WebSearches),
            Times(preview, terms.WebSearchPreviews),
            Times(
                (either.Charge, either.Estimated || isUnstated || preview.Charge.Cents != ga.Charge.Cents),
                isUnstated ? 1 : terms.EitherWebSearches
            ),
        ];

        static (Charge, bool) Times((Charge Charge, bool Estimated) one, long uses) =>
            (one.Charge with { Count = uses }, one.Estimated);
    }

    private (Charge Charge, bool Estimated) Use(string kind, long uses)
    {
        if (uses == 0)
        {
            return (new Charge(kind, 0, 0), false);
        }
        var (cents, estimated) = catalogue.CentsPerUse(model, kind, day);
        return (new Charge(kind, uses, cents), estimated);
    }

    private IEnumerable<(Charge Charge, bool Estimated)> Images(ImageUses images)
    {
        if (images is { Tokens.Any: false, Finished.Count: 0 })
        {
            return [];
        }
        var name = images.Model ?? ImageModel.Default;
        var known = ModelIds
            .Spellings(Provider.OpenAi, name)
            .Select(spelling => catalogue.ImageModels.FirstOrDefault(candidate => candidate.Id == spelling))
            .FirstOrDefault(found => found is not null);
        var price =
            known?.PriceOn(day)
            ?? catalogue.ImageModels.Select(other => other.PriceOn(day)).MaxBy(other => other.Output)!;
        var lines = images.Tokens is { Any: true } tokens
            ? TokenLines(price, tokens)
            : ImageLines(price, images.Finished);
        return lines.Select(line => (line.Charge, line.Estimated || known is null || !price.Confirmed));
    }

    // No image model has a price for the text that it puts out, so such text counts as image.
    private static IEnumerable<(Charge Charge, bool Estimated)> TokenLines(ImagePrice price, ImageTokens tokens) =>
        [
            (new(Charge.ImageTextInput, tokens.TextInput, price.TextInput), false),
            (new(Charge.ImageInput, tokens.ImageInput, price.ImageInput), false),
            (new(Charge.ImageOutput, tokens.ImageOutput + tokens.TextOutput, price.Output), tokens.TextOutput > 0),
        ];

    private static IEnumerable<(Charge Charge, bool Estimated)> ImageLines(
        ImagePrice price,
        IReadOnlyList<GeneratedImage> finished
    ) =>
        finished
            .GroupBy(image => price.Of(image), image => image.Count)
            .Select(same => (new Charge(Charge.Image, same.Sum(), same.Key.Cents), same.Key.Estimated));
}
