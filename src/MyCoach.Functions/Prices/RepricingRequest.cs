using System.ComponentModel.DataAnnotations;
using System.Globalization;
using MyCoach.Catalogue;
using MyCoach.Http;

namespace MyCoach.Prices;

/// <summary>Which recorded calls to price again, by the price book in force.</summary>
// Members have set, not init: only then a JsonException says which type a member must have.
internal sealed record RepricingRequest
{
    private const int MaxModels = 50;
    private const int MaxDays = 400;

    /// <summary>The first day, in UTC, whose calls are priced again; at most 400 days ago.</summary>
    [Required]
    public string? From { get; set; }

    /// <summary>The ids of models; absent for all.</summary>
    public IReadOnlyList<string>? Models { get; set; }

    /// <summary>Whether only to find out what would change.</summary>
    public bool? DryRun { get; set; }

    public DateOnly FromDay => DateOnly.ParseExact(From!, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public FieldErrors Check(ModelCatalogue catalogue, DateOnly today)
    {
        var errors = FieldRules<RepricingRequest>.Check(this);
        if (From is { } text)
        {
            errors.Require(
                DateOnly.TryParseExact(
                    text,
                    "yyyy-MM-dd",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var day
                )
                    && day <= today
                    && day > today.AddDays(-MaxDays),
                "from",
                $"must be a date such as 2026-11-22, at most {MaxDays} days ago"
            );
        }
        errors.Require(
            Models is null || Models.Count is >= 1 and <= MaxModels,
            "models",
            $"must be a list of 1 to {MaxModels} ids of models; leave it out for all"
        );
        foreach (var (i, model) in (Models ?? []).Take(MaxModels).Index())
        {
            errors.Require(
                catalogue.All.Any(known => known.Id == model),
                $"models[{i}]",
                "is not the id of a model of the price book. GET /api/models lists all."
            );
        }
        return errors;
    }
}
