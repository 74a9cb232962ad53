using MyCoach.Catalogue;
using MyCoach.Http;

namespace MyCoach.Tokens;

/// <summary>Rules that new and changed tokens share.</summary>
internal static class TokenChecks
{
    private const int MaxModels = 50;

    public static void CheckExpiry(DateTimeOffset? expiresAt, DateTimeOffset now, FieldErrors errors) =>
        errors.Require(expiresAt is null || expiresAt > now, "expiresAt", "must be in the future");

    public static void CheckModels(IReadOnlyList<string>? models, ModelCatalogue catalogue, FieldErrors errors)
    {
        if (models is null)
        {
            return;
        }
        errors.Require(
            models.Count is >= 1 and <= MaxModels,
            "models",
            $"must be a list of 1 to {MaxModels} models; leave it out to allow all"
        );
        foreach (var (i, model) in models.Take(MaxModels).Index())
        {
            errors.Require(
                model is not null
                    && PlainTextAttribute.IsPlain(model, ModelIds.MaxBytes)
                    && catalogue.Find(model) is not null,
                $"models[{i}]",
                "is not a model of the price book. GET /api/models lists all."
            );
        }
    }
}
