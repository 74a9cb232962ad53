using System.ComponentModel.DataAnnotations;
using MyCoach.Catalogue;
using MyCoach.Http;

namespace MyCoach.Agents;

/// <summary>
/// An agent. Its effective model is its preferred model, or else the user's default, in the provider's spelling if the
/// catalogue knows the model.
/// </summary>
public sealed record AgentView(string AgentId, string Name, string? PreferredModel, string? EffectiveModel)
{
    internal static AgentView Of(Agent agent, string? defaultModel, ModelCatalogue catalogue)
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

public sealed record AgentList(IReadOnlyList<AgentView> Agents);

public sealed record AgentPut
{
    [Required, PlainText(200)]
    public string? Name { get; init; }

    [PlainText(ModelIds.MaxBytes)]
    public string? PreferredModel { get; init; }
}
