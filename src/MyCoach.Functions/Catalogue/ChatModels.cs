using MyCoach.Hosting;
using MyCoach.Storage;

namespace MyCoach.Catalogue;

/// <summary>Decides which models users may choose as the model of their calls.</summary>
internal sealed class ChatModels(PriceBook prices, TimeProvider clock, bool allowsUnknown)
{
    private const int MaxSuggestions = 3;
    private const int WarningDays = 60;
    private const string Setting = "Models__AllowUnknown";

    // An operator can correct a retirement to any day. No model retired earlier.
    private static readonly DateOnly EarliestRetirement = new(2020, 1, 1);

    /// <summary>Whether unknown models are allowed, from <c>Models__AllowUnknown</c>.</summary>
    public static bool ReadAllowsUnknown(IConfiguration configuration) =>
        configuration["Models:AllowUnknown"] switch
        {
            null or "" => false,
            var text when bool.TryParse(text, out var allows) => allows,
            _ => throw new SettingException(Setting, "must be true or false"),
        };

    /// <summary>What is wrong with a chosen model: that it retires within 60 days, or has retired.</summary>
    public IReadOnlyList<ModelWarning> WarningsOf(string? name)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return
            name is not null
            && prices.Current.Find(name) is { RetiresOn: { } day } model
            && day <= today.AddDays(WarningDays)
            ?
            [
                new ModelWarning(
                    day <= today ? ModelWarning.Retired : ModelWarning.Retires,
                    model.Id,
                    day,
                    $"{model.Id} {(day <= today ? "was" : "is")} retired by its provider on {day:yyyy-MM-dd}. Choose another model; GET /api/models lists all."
                ),
            ]
            : [];
    }

    /// <summary>The month in which the warnings of a retirement begin, 60 days before it.</summary>
    public static Month FirstMonthOfWarnings(DateOnly retiresOn) =>
        retiresOn < EarliestRetirement
            ? FirstMonthOfWarnings(EarliestRetirement)
            : Month.Of(retiresOn.AddDays(-WarningDays));

    /// <summary>Why the model cannot be chosen, with the nearest that can; null if it can.</summary>
    public string? FindFault(string name)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var model = prices.Current.Find(name);
        var fault =
            prices.Current.ImageModels.Any(image => image.Id == name) ? "is an image model"
            : model is null ? (allowsUnknown ? null : "is not a known model")
            : model.Kind != Model.Chat ? $"is {(model.Kind == Model.Embedding ? "an" : "a")} {model.Kind} model"
            : model.IsRetired(today) ? $"was retired by its provider on {model.RetiresOn:yyyy-MM-dd}"
            : null;
        if (fault is null)
        {
            return null;
        }
        var usable = prices.Current.All.Where(other => other.Kind == Model.Chat && !other.IsRetired(today));
        var nearest = Spelling.Nearest(name, usable.Select(other => other.Id), MaxSuggestions);
        return $"{fault}. {(nearest.Count > 0 ? $"Nearest: {string.Join(", ", nearest)}. " : "")}GET /api/models lists all.";
    }
}
