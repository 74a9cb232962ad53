using Azure;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Agents;

/// <summary>A request about agents, with the services that handle it.</summary>
// FromServices on the properties: see ProviderKeyRequest.
internal readonly record struct AgentRequest(
    [property: FromServices] AgentsTable Table,
    [property: FromServices] AgentRoster Roster,
    [property: FromServices] SettingsTable Settings,
    [property: FromServices] ModelCatalogue Catalogue,
    [property: FromServices] ChatModels Models,
    [property: FromServices] ChangedMonthsTable Months,
    [property: FromServices] TimeProvider Clock,
    [property: FromServices] LimitsTable Limits,
    [property: FromServices] ActivityTable Log,
    Actor Actor,
    HttpContext Context,
    CancellationToken Cancellation
)
{
    /// <summary>
    /// Call this before an agent gets the model. Has the timer alert its user if the model retires soon, even if the
    /// user makes no call.
    /// </summary>
    public Task NoteRetirementAsync(UserId user, string? model) =>
        Models.WarningsOf(model).Count > 0
            ? Months.NoteAsync(user, Month.Of(Clock.GetUtcNow()), Cancellation)
            : Task.CompletedTask;

    public bool ConditionsAllow(ETag? row) => EntityTags.ConditionsAllow(Context.Request, row);

    /// <summary>The agent for the response, whose <c>ETag</c> header is set.</summary>
    public async Task<AgentView> ViewWithETagAsync(UserId user, Agent agent)
    {
        EntityTags.WriteHeader(Context, agent.ETag);
        var settings = await Settings.GetAsync(user, Cancellation);
        return AgentView.Of(agent, settings.DefaultModel, Catalogue, Models);
    }
}
