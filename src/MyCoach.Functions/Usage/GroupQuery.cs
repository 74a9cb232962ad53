using Microsoft.AspNetCore.Mvc;
using MyCoach.Http;

namespace MyCoach.Usage;

/// <summary>By what a summary groups, and which page of the groups to return.</summary>
internal readonly record struct GroupQuery(
    [property: FromQuery(Name = "groupBy")] string? GroupBy,
    [property: FromQuery(Name = "limit")] string? Limit,
    [property: FromQuery(Name = "cursor")] string? Cursor
)
{
    public const string ServedModel = "servedModel";

    private const string RankedOnlyMessage = "is allowed only with groupBy=conversation or groupBy=agent";

    /// <summary>Whether the groups are a ranking, which has pages.</summary>
    public bool IsRanking => GroupBy is "conversation" or "agent";

    /// <summary>Adds an error for each member that this grouping does not allow.</summary>
    public void Check(PeriodQuery days, FilterQuery members, FieldErrors errors)
    {
        errors.Require(
            GroupBy is null or "model" or ServedModel or "provider" or "day" || IsRanking,
            "groupBy",
            "must be model, servedModel, provider, day, conversation or agent"
        );
        if (!IsRanking)
        {
            errors.Require(Limit is null, "limit", RankedOnlyMessage);
            errors.Require(Cursor is null, "cursor", RankedOnlyMessage);
            return;
        }
        errors.Require(!days.NamesDays, "groupBy", "conversation and agent work only with month, not with from and to");
        members.RequireOnly($"{GroupBy}Id", $"cannot be combined with groupBy={GroupBy}", errors);
    }
}
