using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Alerts;
using MyCoach.Http;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Agents;

internal static class AgentEndpoints
{
    public static void AddAgents(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AgentsTable>();
        builder.Services.AddSingleton<AgentCache>();
        builder.Services.AddSingleton<AgentRoster>();
        builder.Services.AddSingleton<ModelChoices>();
        builder.Services.AddSingleton<ListChosenModels>(services =>
            services.GetRequiredService<ModelChoices>().ListAsync
        );
    }

    public static void MapAgents(this IEndpointRouteBuilder endpoints)
    {
        var agents = endpoints.MapGroup("/api/agents").WithTags("Agents");
        agents.MapGet("/", ListAsync).WithName("ListAgents").WithSummary("List the caller's agents, at most 200");
        agents
            .MapGet("/{agentId}", GetAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("GetAgent")
            .WithSummary("Get an agent");
        agents.MapPut("/{agentId}", PutAsync).WithETag().WithName("PutAgent").WithSummary("Create or replace an agent");
        agents
            .MapDelete("/{agentId}", DeleteAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("DeleteAgent")
            .WithSummary("Delete an agent");
    }

    private static async Task<Ok<AgentList>> ListAsync(UserId user, [AsParameters] AgentRequest request)
    {
        var agents = await request.Table.ListAsync(user, request.Cancellation);
        var defaultModel = await request.FindDefaultModelAsync(user, agents);
        return TypedResults.Ok(
            new AgentList([
                .. agents.Select(agent => AgentView.Of(agent, defaultModel, request.Catalogue, request.Models)),
            ])
        );
    }

    private static async Task<Results<Ok<AgentView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string agentId,
        [AsParameters] AgentRequest request
    )
    {
        if (!Ids.IsId(agentId))
        {
            return InvalidId();
        }
        return await request.Table.FindAsync(user, agentId, request.Cancellation) is { } agent
            ? TypedResults.Ok(await request.ViewWithETagAsync(user, agent))
            : Problems.NotFound();
    }

    private static async Task<Results<Created<AgentView>, Ok<AgentView>, ProblemHttpResult>> PutAsync(
        UserId user,
        string agentId,
        AgentPut body,
        [AsParameters] AgentRequest request
    )
    {
        var errors = FieldRules<AgentPut>.Check(body);
        errors.Require(Ids.IsId(agentId), "agentId", FieldErrors.InvalidIdMessage);
        if (!errors.Any && body.PreferredModel is { } model && request.Models.FindFault(model) is { } fault)
        {
            errors.Add("preferredModel", fault);
        }
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        var agent = new Agent(agentId, body.Name!, body.PreferredModel);
        await request.NoteRetirementAsync(user, agent.PreferredModel);
        var (outcome, stored) = await request.Roster.PutAsync(
            user,
            agent,
            request.ConditionsAllow,
            request.Cancellation
        );
        if (stored is null)
        {
            return ProblemOf(outcome);
        }
        var view = await request.ViewWithETagAsync(user, stored);
        return outcome == AgentOutcome.Created
            ? TypedResults.Created($"/api/agents/{Uri.EscapeDataString(agentId)}", view)
            : TypedResults.Ok(view);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        UserId user,
        string agentId,
        [AsParameters] AgentRequest request
    )
    {
        if (!Ids.IsId(agentId))
        {
            return InvalidId();
        }
        var agent = await request.Table.FindAsync(user, agentId, request.Cancellation);
        if (agent is null || !request.ConditionsAllow(agent.ETag))
        {
            return ProblemOf(request.ConditionsAllow(agent?.ETag) ? AgentOutcome.NotFound : AgentOutcome.Changed);
        }
        if (
            await request.Limits.RefuseOrCountAsync(
                user,
                UserLimit.AgentDeletions,
                request.Context,
                request.Cancellation
            ) is
            { } refusal
        )
        {
            return refusal;
        }
        var outcome = await request.Roster.DeleteAsync(user, agentId, request.ConditionsAllow, request.Cancellation);
        if (outcome != AgentOutcome.Deleted)
        {
            return ProblemOf(outcome);
        }
        await request.Log.AddAsync(user, request.Actor, Activity.AgentDeleted, agentId);
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
}
