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
    [Required, StringLength(200, MinimumLength = 1)]
    public string? Name { get; init; }

    [StringLength(128, MinimumLength = 1)]
    public string? PreferredModel { get; init; }

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
