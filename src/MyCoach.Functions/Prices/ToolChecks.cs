using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Providers;
using static MyCoach.Prices.EntryChecks;

namespace MyCoach.Prices;

/// <summary>The rules of the prices of tools and of image models.</summary>
internal static class ToolChecks
{
    private static readonly string[] Kinds =
    [
        Charge.WebSearch,
        Charge.WebSearchPreview,
        Charge.FileSearch,
        Charge.CodeInterpreter,
        Charge.Image,
    ];

    public static void Check(Tool tool, string path, FieldErrors errors)
    {
        errors.Require(Provider.Find(tool.ProviderId) is not null, $"{path}.provider", ProviderNameAttribute.Message);
        errors.Require(Kinds.Contains(tool.Kind), $"{path}.kind", $"must be one of {string.Join(", ", Kinds)}");
        errors.Require(
            tool.Models is null or { Count: > 0 },
            $"{path}.models",
            "must be a list of models; leave it out for all others"
        );
        foreach (var model in tool.Models ?? [])
        {
            RequireName(model, $"{path}.models", errors);
        }
        RequireDates(tool.Prices, price => price.EffectiveFrom, $"{path}.prices", errors);
        Each(
            tool.Prices,
            $"{path}.prices",
            errors,
            (price, at, found) =>
            {
                RequireSource(price.Source, $"{at}.source", found);
                RateChecks.RequireUse(price.CentsPerUse, $"{at}.centsPerUse", found);
            }
        );
    }

    public static void CheckImages(ImageModel model, string path, FieldErrors errors)
    {
        RequireName(model.Id, $"{path}.id", errors);
        RequireDates(model.Prices, price => price.EffectiveFrom, $"{path}.prices", errors);
        Each(
            model.Prices,
            $"{path}.prices",
            errors,
            (price, at, found) =>
            {
                RequireSource(price.Source, $"{at}.source", found);
                RateChecks.Require(price.TextInput, $"{at}.textInput", found);
                RateChecks.Require(price.ImageInput, $"{at}.imageInput", found);
                RateChecks.Require(price.Output, $"{at}.output", found);
                var images = (price.Images?.Values ?? []).SelectMany(sizes => sizes?.Values ?? []).ToArray();
                found.Require(
                    images.Length > 0 && price.Images!.Values.All(sizes => sizes is { Count: > 0 }),
                    $"{at}.images",
                    "must have the cents of an image by quality and size"
                );
                foreach (var cents in images)
                {
                    RateChecks.RequireUse(cents, $"{at}.images", found);
                }
            }
        );
    }

    /// <summary>The rules of tools and image models that depend on other entries.</summary>
    public static void CheckTogether(PricePut put, ModelList book, FieldErrors errors)
    {
        var models = put.Corrections.ApplyTo(book).Models.Select(model => (model.ProviderId, model.Id)).ToHashSet();
        foreach (var (i, tool) in (put.Tools ?? []).Index())
        {
            errors.Require(
                (tool.Models ?? []).All(model => models.Contains((tool.ProviderId, model))),
                $"tools[{i}].models",
                "must be ids of models of the provider"
            );
        }
        // Budgets bound an image by the price of the tool.
        var highest = book.ImageModels.SelectMany(model => model.Prices).Max(HighestRate);
        errors.Require(
            (put.Tools ?? []).Any(tool => tool.Kind == Charge.Image)
                || (put.ImageModels ?? [])
                    .SelectMany(model => model.Prices)
                    .All(price => HighestRate(price) <= highest),
            "imageModels",
            $"cost more than any of the book. Then correct the tool {Charge.Image} too: the most that an image can cost"
        );
    }

    private static decimal HighestRate(ImagePrice price) =>
        Math.Max(price.Output, Math.Max(price.TextInput, price.ImageInput));
}
