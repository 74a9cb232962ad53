using System.Globalization;
using MyCoach.Hosting;

namespace MyCoach.Upkeep;

/// <summary>How many months an event is kept after its month; null means forever.</summary>
internal sealed record RetentionSettings(int? Months)
{
    // A call may be posted up to 35 days late, and until then its id must be known to detect repetitions.
    private const int MinMonths = 2;
    private const int MaxMonths = 1_200;

    /// <summary>From <c>Usage__RetentionMonths</c>.</summary>
    public static RetentionSettings Read(IConfiguration configuration) =>
        configuration["Usage:RetentionMonths"] switch
        {
            null or "" or "0" => new RetentionSettings(Months: null),
            var text
                when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var months)
                    && months is >= MinMonths and <= MaxMonths => new(months),
            _ => throw new SettingException(
                "Usage__RetentionMonths",
                $"must be 0 to keep everything, or a whole number of months from {MinMonths} to {MaxMonths}"
            ),
        };
}
