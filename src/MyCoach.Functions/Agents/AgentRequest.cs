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
        return AgentView.Of(agent, await FindDefaultModelAsync(user, [agent]), Catalogue, Models);
    }

    /// <summary>The user's default model, which is not read if each of these agents has a preferred model.</summary>
    public async Task<string?> FindDefaultModelAsync(UserId user, IEnumerable<Agent> agents) =>
        agents.All(agent => agent.PreferredModel is not null)
            ? null
            : (await Settings.GetAsync(user, Cancellation)).DefaultModel;
}
