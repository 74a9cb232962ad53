using MyCoach.Hosting;

namespace MyCoach.Catalogue;

/// <summary>Decides which models users may choose as the model of their calls.</summary>
internal sealed class ChatModels(ModelCatalogue catalogue, TimeProvider clock, bool allowsUnknown)
{
    private const int MaxSuggestions = 3;
    private const int WarningDays = 60;
    private const string Setting = "Models__AllowUnknown";

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
            && catalogue.Find(name) is { RetiresOn: { } day } model
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

    /// <summary>Why the model cannot be chosen, with the nearest that can; null if it can.</summary>
    public string? FindFault(string name)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var model = catalogue.Find(name);
        var fault =
            catalogue.ImageModels.Any(image => image.Id == name) ? "is an image model"
            : model is null ? (allowsUnknown ? null : "is not a known model")
            : model.Kind != Model.Chat ? $"is {(model.Kind == Model.Embedding ? "an" : "a")} {model.Kind} model"
            : model.IsRetired(today) ? $"was retired by its provider on {model.RetiresOn:yyyy-MM-dd}"
            : null;
        if (fault is null)
        {
            return null;
        }
        var usable = catalogue.All.Where(other => other.Kind == Model.Chat && !other.IsRetired(today));
        var nearest = Spelling.Nearest(name, usable.Select(other => other.Id), MaxSuggestions);
        return $"{fault}. {(nearest.Count > 0 ? $"Nearest: {string.Join(", ", nearest)}. " : "")}GET /api/models lists all.";
    }
}
