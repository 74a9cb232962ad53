using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Agents;

internal static class AgentEndpoints
{
    public static void AddAgents(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AgentsTable>();
        builder.Services.AddSingleton<AgentRoster>();
    }

    public static void MapAgents(this IEndpointRouteBuilder endpoints)
    {
        var agents = endpoints.MapGroup("/api/agents").WithTags("Agents");
        agents.MapGet("/", ListAsync).WithName("ListAgents").WithSummary("List the caller's agents, at most 200");
        agents.MapGet("/{agentId}", GetAsync).WithETag().WithName("GetAgent").WithSummary("Get an agent");
        agents.MapPut("/{agentId}", PutAsync).WithETag().WithName("PutAgent").WithSummary("Create or replace an agent");
        agents.MapDelete("/{agentId}", DeleteAsync).WithETag().WithName("DeleteAgent").WithSummary("Delete an agent");
    }

    private static async Task<Ok<AgentList>> ListAsync(
        UserId user,
        AgentsTable table,
        SettingsTable settings,
        ModelCatalogue catalogue,
        CancellationToken cancellation
    )
    {
        var defaults = settings.GetAsync(user, cancellation);
        var agents = await table.ListAsync(user, cancellation);
        var defaultModel = (await defaults).DefaultModel;
        return TypedResults.Ok(new AgentList([.. agents.Select(agent => View(agent, defaultModel, catalogue))]));
    }

    private static async Task<Results<Ok<AgentView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string agentId,
        AgentsTable table,
        SettingsTable settings,
        ModelCatalogue catalogue,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!Ids.IsId(agentId))
        {
            return InvalidId();
        }
        if (await table.FindAsync(user, agentId, cancellation) is not { } agent)
        {
            return Problems.NotFound();
        }
        EntityTags.WriteHeader(context, agent.ETag);
        return TypedResults.Ok(View(agent, (await settings.GetAsync(user, cancellation)).DefaultModel, catalogue));
    }

    private static async Task<Results<Created<AgentView>, Ok<AgentView>, ProblemHttpResult>> PutAsync(
        UserId user,
        string agentId,
        AgentPut body,
        AgentRoster roster,
        SettingsTable settings,
        ModelCatalogue catalogue,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var errors = body.Validate();
        errors.RequireId(agentId, "agentId");
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        var agent = new Agent(agentId, body.Name!, body.PreferredModel);
        var (outcome, stored) = await roster.PutAsync(
            user,
            agent,
            etag => EntityTags.IfMatchAllows(context.Request, etag),
            cancellation
        );
        if (stored is null)
        {
            return ProblemOf(outcome);
        }
        EntityTags.WriteHeader(context, stored.ETag);
        var view = View(stored, (await settings.GetAsync(user, cancellation)).DefaultModel, catalogue);
        return outcome == AgentOutcome.Created
            ? TypedResults.Created($"/api/agents/{Uri.EscapeDataString(agentId)}", view)
            : TypedResults.Ok(view);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        UserId user,
        string agentId,
        AgentRoster roster,
        ActivityTable activity,
        Actor actor,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        if (!Ids.IsId(agentId))
        {
            return InvalidId();
        }
        if (
            await roster.DeleteAsync(user, agentId, etag => EntityTags.IfMatchAllows(request, etag), cancellation)
            is var outcome
                and not AgentOutcome.Deleted
        )
        {
            return ProblemOf(outcome);
        }
        await activity.AddAsync(user, actor, Activity.AgentDeleted, agentId);
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult ProblemOf(AgentOutcome outcome) =>
        outcome switch
        {
            AgentOutcome.Changed => Problems.PreconditionFailed(),
            AgentOutcome.Full => Problems.Conflict(
                $"You already have {AgentsTable.MaxPerUser} agents, which is the limit. Delete one first."
            ),
            _ => Problems.NotFound(),
        };

    private static ProblemHttpResult InvalidId() => Problems.Invalid("agentId", FieldErrors.InvalidIdMessage);

    private static AgentView View(Agent agent, string? defaultModel, ModelCatalogue catalogue)
    {
        var model = agent.PreferredModel ?? defaultModel;
        return new AgentView(
            agent.Id,
            agent.Name,
            agent.PreferredModel,
            model is null ? null : catalogue.Find(model)?.Id ?? model
        );
    }
}
