using System.ComponentModel.DataAnnotations;
using MyCoach.Catalogue;
using MyCoach.Http;

namespace MyCoach.Agents;

/// <summary>
/// An agent. Its effective model is its preferred model, or else the user's default, in the provider's spelling if the
/// catalogue knows the model. <c>effectiveProvider</c> is the model's provider, and null if the catalogue does not know
/// the model.
/// </summary>
public sealed record AgentView(
    string AgentId,
    string Name,
    string? PreferredModel,
    string? EffectiveModel,
    string? EffectiveProvider
)
{
    /// <summary>What is wrong with the effective model; empty if nothing is.</summary>
    public required IReadOnlyList<ModelWarning> Warnings { get; init; }

    internal static AgentView Of(Agent agent, string? defaultModel, ModelCatalogue catalogue, ChatModels models)
    {
        var model = agent.PreferredModel ?? defaultModel;
        var known = model is null ? null : catalogue.Find(model);
        return new AgentView(agent.Id, agent.Name, agent.PreferredModel, known?.Id ?? model, known?.ProviderId)
        {
            Warnings = models.WarningsOf(model),
        };
    }
}

public sealed record AgentList(IReadOnlyList<AgentView> Agents);

// Members have set, not init: only then a JsonException says which type a member must have.
public sealed record AgentPut
{
    [Required, PlainText(200)]
    public string? Name { get; set; }

    [PlainText(ModelIds.MaxBytes)]
    public string? PreferredModel { get; set; }
}
