using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Auth;
using MyCoach.Catalogue;
using MyCoach.Hosting;
using MyCoach.Settings;
using MyCoach.Storage;

namespace MyCoach.Agents;

/// <summary>An agent; its effective model is its own or the user's default, spelled as the provider spells it where the catalogue knows it.</summary>
public sealed record AgentView(string AgentId, string Name, string? PreferredModel, string? EffectiveModel);

public sealed record AgentList(IReadOnlyList<AgentView> Agents);

public sealed record AgentPut(string? Name, string? PreferredModel)
{
    internal FieldErrors Validate()
    {
        var errors = new FieldErrors();
        errors.RequireText(Name, "name", 200);
        if (PreferredModel is not null)
        {
            errors.RequireText(PreferredModel, "preferredModel", 128);
        }
        return errors;
    }
}

internal static class AgentEndpoints
{
    public static void AddAgents(this WebApplicationBuilder builder) => builder.Services.AddSingleton<AgentsTable>();

    public static void MapAgents(this WebApplication app)
    {
        var agents = app.MapGroup("/api/agents").WithTags("Agents");
        agents.MapGet("/", ListAsync).WithName("ListAgents").WithSummary("The caller's agents, at most 200");
        agents.MapGet("/{agentId}", GetAsync).WithName("GetAgent").WithSummary("One agent");
        agents.MapPut("/{agentId}", PutAsync).WithName("PutAgent").WithSummary("Create or replace an agent");
        agents.MapDelete("/{agentId}", DeleteAsync).WithName("DeleteAgent").WithSummary("Delete an agent");
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
        EntityTags.Show(context, agent.ETag);
        return TypedResults.Ok(View(agent, (await settings.GetAsync(user, cancellation)).DefaultModel, catalogue));
    }

    private static async Task<Results<Created<AgentView>, Ok<AgentView>, ProblemHttpResult>> PutAsync(
        UserId user,
        string agentId,
        AgentPut body,
        AgentsTable table,
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
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var old = await table.FindAsync(user, agentId, cancellation);
            if (!EntityTags.Allow(context.Request, old?.ETag))
            {
                return Problems.PreconditionFailed();
            }
            if (old is null && (await table.ListAsync(user, cancellation)).Count >= AgentsTable.MostAUser)
            {
                return Problems.Conflict($"A user can have {AgentsTable.MostAUser} agents; delete one first.");
            }
            if (
                await table.TryWriteAsync(user, new Agent(agentId, body.Name!, body.PreferredModel) { ETag = old?.ETag }, cancellation) is { } written
            )
            {
                EntityTags.Show(context, written.ETag);
                var view = View(written, (await settings.GetAsync(user, cancellation)).DefaultModel, catalogue);
                return old is null ? TypedResults.Created($"/api/agents/{Uri.EscapeDataString(agentId)}", view) : TypedResults.Ok(view);
            }
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        UserId user,
        string agentId,
        AgentsTable table,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        if (!Ids.IsId(agentId))
        {
            return InvalidId();
        }
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var agent = await table.FindAsync(user, agentId, cancellation);
            if (!EntityTags.Allow(request, agent?.ETag))
            {
                return Problems.PreconditionFailed();
            }
            if (agent is null)
            {
                return Problems.NotFound();
            }
            if (await table.TryDeleteAsync(user, agent, cancellation))
            {
                return TypedResults.NoContent();
            }
        }
    }

    private static ProblemHttpResult InvalidId() => Problems.Invalid("agentId", FieldErrors.InvalidIdMessage);

    private static AgentView View(Agent agent, string? defaultModel, ModelCatalogue catalogue)
    {
        var model = agent.PreferredModel ?? defaultModel;
        return new AgentView(agent.Id, agent.Name, agent.PreferredModel, model is null ? null : catalogue.Find(model)?.Id ?? model);
    }
}
