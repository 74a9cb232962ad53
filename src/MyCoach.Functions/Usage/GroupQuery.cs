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
    private const string RankedOnlyMessage = "is allowed only with groupBy=conversation, agent or token";

    /// <summary>The grouping; by model if the query is wrong. Adds an error for each member that it does not allow.</summary>
    public Grouping Read(PeriodQuery days, FilterQuery members, FieldErrors errors)
    {
        var grouping = Grouping.TryParse(GroupBy);
        errors.Require(
            grouping is not null,
            "groupBy",
            "must be model, servedModel, provider, day, conversation, agent or token, or day with one of model, "
                + "servedModel, provider, agent and token, such as day,model"
        );
        grouping ??= new Grouping(ByDay: false, Grouping.Model);
        if (!grouping.IsRanking)
        {
            errors.Require(Limit is null, "limit", RankedOnlyMessage);
            errors.Require(Cursor is null, "cursor", RankedOnlyMessage);
            return grouping;
        }
        errors.Require(
            !days.NamesDays,
            "groupBy",
            "conversation, agent and token work only with month, not with from and to"
        );
        members.RequireOnly($"{GroupBy}Id", $"cannot be combined with groupBy={GroupBy}", errors);
        return grouping;
    }
}
