using System.ComponentModel.DataAnnotations;

namespace MyCoach.Catalogue;

/// <summary>A warning about a chosen model.</summary>
/// <param name="RetiresOn">From this day on the provider refuses calls to it.</param>
public sealed record ModelWarning(
    [property: AllowedValues(ModelWarning.Retires, ModelWarning.Retired)] string Code,
    string Model,
    DateOnly RetiresOn,
    string Message
)
{
    public const string Retires = "model_retires";
    public const string Retired = "model_retired";
}
